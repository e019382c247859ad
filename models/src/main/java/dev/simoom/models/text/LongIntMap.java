package dev.simoom.models.text;

/**
 * A hash map from any long to an int of at least 0, with open addressing and linear probing, for a
 * number of entries that is known beforehand.
 */
final class LongIntMap {
  private final long[] keys;

  /** Each slot holds its value plus one; 0 marks a free slot. */
  private final int[] values;

  LongIntMap(int entries) {
    int capacity = Integer.highestOneBit(Math.max(8, entries) * 2 - 1) * 2;
    keys = new long[capacity];
    values = new int[capacity];
  }

  /** The value of the key, or -1 when it has none. */
  int get(long key) {
    return values[slot(key)] - 1;
  }

  /** Sets the value of a key, and gives the one before, or -1. */
  int put(long key, int value) {
    int slot = slot(key);
    int before = values[slot] - 1;
    keys[slot] = key;
    values[slot] = value + 1;
    return before;
  }

  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = hash(key) & mask;
    while (values[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static int hash(long key) {
    long h = key * 0x9E3779B97F4A7C15L;
    return (int) (h >>> 32);
  }
}
