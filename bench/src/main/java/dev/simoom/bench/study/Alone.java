package dev.simoom.bench.study;

import dev.simoom.bench.work.Numbers;
import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** One kernel on buffers of its own. */
final class Alone implements AutoCloseable {
  private static final long ROUND_NANOS = 1_000_000;

  private final Executable executable;
  private final Buffer[] buffers;

  Alone(Kernel kernel, Backend backend) {
    List<Port> ports = kernel.ports();
    List<Operand> operands = new ArrayList<>();
    buffers = new Buffer[ports.size()];
    for (int i = 0; i < buffers.length; i++) {
      Port port = ports.get(i);
      operands.add(new Operand(i, 0));
      buffers[i] = Buffer.allocate(port.name(), port.bytes());
      fill(buffers[i].segment(), port, i + 1, entries(kernel));
    }
    executable = backend.compile(List.of(new Launch(kernel, operands)));
  }

  /** Below which the integers that a kernel reads must lie, for they may be indices. */
  private static int entries(Kernel kernel) {
    long entries =
        switch (kernel) {
          case Gather gather -> gather.entries();
          case ScatterAdd scatter -> scatter.entries();
          case SparseDecode decode -> decode.shape().entries();
          case SparseDot dot -> dot.shape().entries();
          default -> 2;
        };
    return Math.toIntExact(Math.max(1, entries));
  }

  /** F32 numbers in [-1, 1), indices, and zeros for the rest and where it is to be written. */
  private static void fill(MemorySegment target, Port port, int seed, int entries) {
    for (long i = 0; i < port.elements() && !port.output(); i++) {
      if (port.type() == DType.F32) {
        target.setAtIndex(ValueLayout.JAVA_FLOAT, i, Numbers.real(i, seed));
      } else if (!port.type().isFloating()) {
        int bound = port.type() == DType.BOOL ? 2 : entries;
        target.setAtIndex(ValueLayout.JAVA_INT, i, Numbers.integer(i, seed, bound));
      }
    }
  }

  /** The nanoseconds of a run, from runs in a row for about a millisecond. */
  double time() {
    long start = System.nanoTime();
    long now = start;
    int runs = 0;
    while (runs < 3 || now - start < ROUND_NANOS) {
      executable.run(buffers);
      runs++;
      now = System.nanoTime();
    }
    return (double) (now - start) / runs;
  }

  @Override
  public void close() {
    executable.close();
    for (Buffer buffer : buffers) {
      buffer.close();
    }
  }
}
