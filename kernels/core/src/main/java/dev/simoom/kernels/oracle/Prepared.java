package dev.simoom.kernels.oracle;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A kernel compiled and given data, ready to run many times. */
public final class Prepared implements AutoCloseable {
  private final Buffer[] buffers;
  private final Executable executable;

  /** Compiles a kernel and makes data up for it, indices of {@link TypicalKernels#ENTRIES}. */
  public Prepared(Kernel kernel, Backend backend) {
    this(kernel, backend, TypicalKernels.ENTRIES);
  }

  Prepared(Kernel kernel, Backend backend, int entries) {
    Generator g = new Generator(1);
    List<Operand> operands = new ArrayList<>();
    List<Buffer> slots = new ArrayList<>();
    for (Port port : kernel.ports()) {
      Buffer buffer = Buffer.allocate(port.name(), port.bytes());
      operands.add(new Operand(slots.size(), 0));
      slots.add(buffer);
      boolean integers = port.type() == DType.I32;
      double[] data = integers ? g.integers(port, entries) : g.reals(port, 1);
      for (int i = 0; i < data.length && port.type().bytes() == 4 && !port.output(); i++) {
        if (integers) {
          buffer.segment().setAtIndex(ValueLayout.JAVA_INT, i, (int) data[i]);
        } else {
          buffer.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) data[i]);
        }
      }
    }
    buffers = slots.toArray(Buffer[]::new);
    executable = backend.compile(List.of(new Launch(kernel, operands)));
  }

  /** Runs it once. */
  public void run() {
    executable.run(buffers);
  }

  @Override
  public void close() {
    executable.close();
    for (Buffer buffer : buffers) {
      buffer.close();
    }
  }
}
