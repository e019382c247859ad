package dev.simoom.kernels.tornado.library;

import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.tornado.task.Room;
import java.util.List;

/** The extents and strides of a kernel as the ints that index device arrays. */
final class Sizes {
  /** The last group may count beyond the last element. */
  private static final int LIMIT = Integer.MAX_VALUE - 8192;

  private final Kernel kernel;

  /**
   * Checks that all that the kernel touches can be indexed.
   *
   * @throws UnsupportedOperationException if an operand reaches beyond
   */
  Sizes(Kernel kernel, Room room) {
    this.kernel = kernel;
    List<Port> ports = kernel.ports();
    for (int i = 0; i < ports.size(); i++) {
      Port port = ports.get(i);
      if (port.elements() > LIMIT - room.operand(i).offset()) {
        throw tooLarge(
            port.elements()
                + " elements of "
                + port.name()
                + " from element "
                + room.operand(i).offset()
                + " of an array");
      }
    }
  }

  private UnsupportedOperationException tooLarge(String what) {
    return new UnsupportedOperationException(
        kernel.name() + ": " + what + " cannot be indexed on a device, whose arrays end at 2^31");
  }

  /** A number of elements or of work items. */
  int of(long size) {
    if (size < 0 || size > LIMIT) {
      throw tooLarge(size + " elements");
    }
    return (int) size;
  }

  /** A stride along a dimension of the given extent; 0 where no step is ever taken. */
  int stride(Strided layout, int dimension, long extent) {
    return extent <= 1 ? 0 : of(layout.strides().get(dimension));
  }

  /**
   * Where each matrix of a batch starts in each operand.
   *
   * @return for each position of the batch, rows first, an offset for each layout
   */
  int[] starts(List<Long> batch, Strided... layouts) {
    int count = of(batch.stream().reduce(1L, Math::multiplyExact));
    int[] starts = new int[of((long) count * layouts.length)];
    for (int position = 0; position < count; position++) {
      for (int i = 0; i < layouts.length; i++) {
        long start = 0;
        long rest = position;
        for (int d = batch.size() - 1; d >= 0; d--) {
          start += rest % batch.get(d) * layouts[i].strides().get(d);
          rest /= batch.get(d);
        }
        starts[position * layouts.length + i] = of(start);
      }
    }
    return starts;
  }
}
