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

/** One kernel on memory of its own. */
final class Alone implements AutoCloseable {
  private static final long ROUND_NANOS = 2_000_000;
  private static final long LINE = 64;

  /** Enough to lie in pages of the size that a program's arena has. */
  private static final long LARGE = 4 << 20;

  private final Executable executable;
  private final Buffer memory;

  Alone(Kernel kernel, Backend backend) {
    List<Port> ports = kernel.ports();
    List<Operand> operands = new ArrayList<>();
    long end = 0;
    for (Port port : ports) {
      operands.add(new Operand(0, end));
      end = (end + port.bytes() + 2 * LINE - 1) & -LINE;
    }
    memory = Buffer.allocate("operands of " + kernel.name(), Math.max(end, LARGE));
    for (int i = 0; i < operands.size(); i++) {
      Port port = ports.get(i);
      MemorySegment target = memory.segment().asSlice(operands.get(i).offset(), port.bytes());
      fill(target, port, i + 1, entries(kernel));
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

  /**
   * The nanoseconds of a run, from runs in a row for two milliseconds or more, after one that
   * brings code and memory into the caches and wakes the threads.
   */
  double time() {
    executable.run(memory);
    long start = System.nanoTime();
    long now = start;
    int runs = 0;
    while (runs < 3 || now - start < ROUND_NANOS) {
      executable.run(memory);
      runs++;
      now = System.nanoTime();
    }
    return (double) (now - start) / runs;
  }

  @Override
  public void close() {
    executable.close();
    memory.close();
  }
}
