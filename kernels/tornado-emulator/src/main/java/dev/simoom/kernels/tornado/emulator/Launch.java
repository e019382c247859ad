package dev.simoom.kernels.tornado.emulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** One run of a kernel: its groups one after the other, the items of a group in turns. */
final class Launch {
  private static final int LOCAL_ARRAY = -1;

  private final Kernel kernel;
  private final Consumer<Object[]> code;
  private final Object[] arguments;
  private final TornadoNativeArray[] arrays;
  private final Stamps[] stamps;
  private final long number;
  private final Extent extent;
  private final int groupSize;
  private final List<Object> shared = new ArrayList<>();
  private final List<Stamps> sharedStamps = new ArrayList<>();
  private final int[] allocations;
  private int epoch;
  private int item;
  private long group;

  /**
   * Grid and group in up to three dimensions.
   *
   * @param global work items along each
   * @param local items of a group along each
   */
  record Extent(int[] global, int[] local) {
    int groupSize() {
      return local[0] * local[1] * local[2];
    }

    long groups() {
      return (long) groups(0) * groups(1) * groups(2);
    }

    int groups(int dimension) {
      return global[dimension] / local[dimension];
    }
  }

  /** What a kernel can ask of its place, along each dimension. */
  enum Number {
    /** The work item's number in the grid. */
    GLOBAL,
    /** Its number in the group. */
    LOCAL,
    /** The group's number. */
    GROUP,
    /** Work items of the grid. */
    GLOBAL_SIZE,
    /** Work items of a group. */
    LOCAL_SIZE;

    private static final Number[] ALL = values();

    /** The number of a code. */
    static Number of(int code) {
      return ALL[code];
    }

    /** The one that a field of the context holds. */
    static Number ofField(String field) {
      if (field.contains("GroupSize")) {
        return field.startsWith("global") ? GLOBAL_SIZE : LOCAL_SIZE;
      }
      return field.startsWith("global") ? GLOBAL : field.startsWith("local") ? LOCAL : GROUP;
    }
  }

  Launch(
      Kernel kernel,
      Consumer<Object[]> code,
      Object[] arguments,
      List<DeviceCopy> copies,
      long number,
      Extent extent) {
    this.kernel = kernel;
    this.code = code;
    this.arguments = arguments;
    this.number = number;
    this.extent = extent;
    groupSize = extent.groupSize();
    arrays = copies.stream().map(DeviceCopy::array).toArray(TornadoNativeArray[]::new);
    stamps = copies.stream().map(DeviceCopy::stamps).toArray(Stamps[]::new);
    allocations = new int[groupSize];
  }

  void run() {
    Access.begin(this);
    for (group = 0; group < extent.groups(); group++) {
      shared.clear();
      sharedStamps.clear();
      Arrays.fill(allocations, 0);
      epoch = 0;
      if (kernel.hasBarrier()) {
        runInTurns();
      } else {
        for (item = 0; item < groupSize; item++) {
          code.accept(arguments);
        }
      }
    }
  }

  private void runInTurns() {
    Coroutine[] items = new Coroutine[groupSize];
    Arrays.setAll(items, i -> new Coroutine(() -> code.accept(arguments)));
    int ended = 0;
    while (ended == 0) {
      for (item = 0; item < items.length; item++) {
        items[item].go();
        ended += items[item].hasEnded() ? 1 : 0;
      }
      epoch++;
    }
    if (ended < items.length) {
      throw fault(
          "%d of %d work items of group %d end while the others wait at a barrier"
              .formatted(ended, items.length, group));
    }
  }

  // ---------------------------------------------------------------- what kernels ask

  /** One of the context's numbers. */
  int number(Number number, int dimension) {
    return switch (number) {
      case GLOBAL -> groupIndex(dimension) * extent.local[dimension] + local(dimension);
      case LOCAL -> local(dimension);
      case GROUP -> groupIndex(dimension);
      case GLOBAL_SIZE -> extent.global[dimension];
      case LOCAL_SIZE -> extent.local[dimension];
    };
  }

  private int local(int dimension) {
    int rest = item;
    for (int d = 0; d < dimension; d++) {
      rest /= extent.local[d];
    }
    return rest % extent.local[dimension];
  }

  private int groupIndex(int dimension) {
    long rest = group;
    for (int d = 0; d < dimension; d++) {
      rest /= extent.groups(d);
    }
    return (int) (rest % extent.groups(dimension));
  }

  /** The array that all items of the group get by their calls of the same number. */
  Object share(int size, boolean real) {
    int call = allocations[item]++;
    if (call == shared.size()) {
      shared.add(real ? Garbage.floats(size) : Garbage.ints(size));
      sharedStamps.add(new Stamps(size));
    }
    return shared.get(call);
  }

  void read(TornadoNativeArray array, int index) {
    int argument = argument(array);
    checkIndex("read", argument, index);
    met(stamps[argument].read(index, stamp(), groupSize), argument, index);
  }

  void write(TornadoNativeArray array, int index) {
    int argument = argument(array);
    checkIndex("written", argument, index);
    met(stamps[argument].write(index, stamp(), groupSize), argument, index);
  }

  void readLocal(Object array, int length, int index) {
    Stamps mine = localStamps(array, length, index);
    if (mine != null) {
      met(mine.read(index, stamp(), groupSize), LOCAL_ARRAY, index);
    }
  }

  void writeLocal(Object array, int length, int index) {
    Stamps mine = localStamps(array, length, index);
    if (mine != null) {
      met(mine.write(index, stamp(), groupSize), LOCAL_ARRAY, index);
    }
  }

  /** Those of a shared array; a private one has none. */
  private @Nullable Stamps localStamps(Object array, int length, int index) {
    if (index < 0 || index >= length) {
      throw fault(
          "a local array of %d elements is accessed at %d by %s".formatted(length, index, who()));
    }
    for (int i = 0; i < shared.size(); i++) {
      if (shared.get(i) == array) {
        return sharedStamps.get(i);
      }
    }
    return null;
  }

  private int argument(TornadoNativeArray array) {
    for (int i = 0; i < arrays.length; i++) {
      if (arrays[i] == array) {
        return i;
      }
    }
    throw fault("an array that is no argument");
  }

  private void checkIndex(String how, int argument, int index) {
    if (index < 0 || index >= arrays[argument].getSize()) {
      throw fault(
          "array %d of %d elements is %s at %d by %s"
              .formatted(argument, arrays[argument].getSize(), how, index, who()));
    }
  }

  private long itemNumber() {
    return group * groupSize + item;
  }

  private long stamp() {
    return Stamps.stamp(number, epoch, itemNumber());
  }

  private void met(long other, int argument, int index) {
    if (other >= 0) {
      throw fault(
          "%s meets item %d of group %d in element %d of %s, one of them writing, with no barrier between"
              .formatted(
                  who(),
                  other % groupSize,
                  other / groupSize,
                  index,
                  argument == LOCAL_ARRAY ? "a local array" : "array " + argument));
    }
  }

  private String who() {
    return "item " + item + " of group " + group;
  }

  private KernelFault fault(String what) {
    return new KernelFault("kernel " + kernel.name() + ": " + what);
  }
}
