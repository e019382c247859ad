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
final class Prepared implements AutoCloseable {
  private final Buffer[] buffers;
  private final Executable executable;

  Prepared(Kernel kernel, Backend backend) {
    Generator g = new Generator(1);
    List<Operand> operands = new ArrayList<>();
    List<Buffer> slots = new ArrayList<>();
    for (Port port : kernel.ports()) {
      Buffer buffer = Buffer.allocate(port.name(), port.bytes());
      operands.add(new Operand(slots.size(), 0));
      slots.add(buffer);
      boolean integers = port.type() == DType.I32;
      double[] data = integers ? g.integers(port, TypicalKernels.ENTRIES) : g.reals(port, 1);
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

  void run() {
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
