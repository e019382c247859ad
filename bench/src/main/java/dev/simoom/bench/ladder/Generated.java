package dev.simoom.bench.ladder;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Strided;
import java.util.List;
import java.util.stream.IntStream;

/** Simoom's own kernel for what a ladder computes. */
final class Generated implements Method {
  private final Executable executable;
  private final Buffer[] buffers;
  private final List<Buffer> owned;

  private Generated(Backend backend, Kernel kernel, List<Buffer> owned, Buffer... buffers) {
    List<Operand> operands =
        IntStream.range(0, buffers.length).mapToObj(slot -> new Operand(slot, 0)).toList();
    this.executable = backend.compile(List.of(new Launch(kernel, operands)));
    this.buffers = buffers;
    this.owned = owned;
  }

  /** The product of matrices as a backend computes it. */
  static Generated matmul(Backend backend, Product x) {
    long m = x.m();
    long n = x.n();
    long k = x.k();
    Strided a = Strided.dense(DType.F32, List.of(m, k));
    Strided b = Strided.dense(DType.F32, List.of(k, n));
    Strided c = Strided.dense(DType.F32, List.of(m, n));
    return new Generated(
        backend, MatMul.of(List.of(), m, n, k, a, b, c), List.of(), x.a(), x.b(), x.c());
  }

  /** Attention as a backend computes it. */
  static Generated attention(Backend backend, Heads x) {
    long heads = x.heads();
    long time = x.time();
    long size = x.size();
    Strided rows = Strided.dense(DType.F32, List.of(heads, time, size));
    Kernel kernel =
        new Attention(
            List.of(heads), time, time, size, x.causal(), x.scale(), rows, rows, rows, rows);
    Buffer logSumExp = Buffer.allocate("logarithms of sums", heads * time * Float.BYTES);
    return new Generated(
        backend, kernel, List.of(logSumExp), x.q(), x.k(), x.v(), x.out(), logSumExp);
  }

  @Override
  public void run() {
    executable.run(buffers);
  }

  @Override
  public void close() {
    executable.close();
    owned.forEach(Buffer::close);
  }
}
