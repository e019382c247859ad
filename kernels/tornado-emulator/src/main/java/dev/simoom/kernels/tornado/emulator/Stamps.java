package dev.simoom.kernels.tornado.emulator;

/**
 * Who touched each element of an array last, and when: by that two work items are noticed that meet
 * in an element with no barrier between, one of them writing.
 *
 * <p>A stamp has the number of the launch (20 bits), how many barriers the group had passed (16),
 * whether items of several groups read (1), or several items of one (1), and the item (26).
 */
final class Stamps {
  private static final int ITEM_BITS = 26;
  private static final int EPOCH_SHIFT = ITEM_BITS + 2;
  private static final int LAUNCH_SHIFT = EPOCH_SHIFT + 16;
  private static final long ITEM_MASK = (1L << ITEM_BITS) - 1;
  private static final long SEVERAL = 1L << ITEM_BITS;
  private static final long GROUPS = SEVERAL << 1;

  private final long[] written;
  private final long[] read;

  Stamps(int size) {
    written = new long[size];
    read = new long[size];
  }

  int size() {
    return written.length;
  }

  /** The stamp of an item at a moment. */
  static long stamp(long launch, int epoch, long item) {
    return launch << LAUNCH_SHIFT | (epoch & 0xffffL) << EPOCH_SHIFT | item & ITEM_MASK;
  }

  /** The item that an element's read collides with, or -1. */
  long read(int index, long mine, int group) {
    if (collides(written[index], mine, group)) {
      return written[index] & ITEM_MASK;
    }
    long last = read[index];
    if (last != mine) {
      read[index] = mine | several(last, mine, group);
    }
    return -1;
  }

  private static long several(long last, long mine, int group) {
    if (last >>> LAUNCH_SHIFT != mine >>> LAUNCH_SHIFT) {
      return 0;
    }
    boolean sameGroup = (last & ITEM_MASK) / group == (mine & ITEM_MASK) / group;
    if (!sameGroup || (last & GROUPS) != 0) {
      return GROUPS;
    }
    return epoch(last) == epoch(mine) ? SEVERAL : 0;
  }

  /** The item that an element's write collides with, or -1. */
  long write(int index, long mine, int group) {
    if (collides(written[index], mine, group)) {
      return written[index] & ITEM_MASK;
    }
    if (collides(read[index], mine, group)) {
      return read[index] & ITEM_MASK;
    }
    written[index] = mine;
    return -1;
  }

  private static boolean collides(long other, long mine, int group) {
    if (other >>> LAUNCH_SHIFT != mine >>> LAUNCH_SHIFT) {
      return false;
    }
    if ((other & GROUPS) != 0) {
      return true;
    }
    long item = other & ITEM_MASK;
    if (item / group != (mine & ITEM_MASK) / group) {
      return true;
    }
    boolean another = item != (mine & ITEM_MASK) || (other & SEVERAL) != 0;
    return another && epoch(other) == epoch(mine);
  }

  private static long epoch(long stamp) {
    return stamp >>> EPOCH_SHIFT & 0xffff;
  }
}
