package dev.simoom.models.text;

/** A hash map from any int to an int of at least 0, with open addressing and linear probing. */
final class IntIntMap {
  private int[] keys;

  /** Each slot holds its value plus one; 0 marks a free slot. */
  private int[] values;

  private int size;

  IntIntMap(int expected) {
    int capacity = Integer.highestOneBit(Math.max(8, expected) * 2 - 1) * 2;
    keys = new int[capacity];
    values = new int[capacity];
  }

  /** What is told of each entry by {@link #forEach}. */
  interface Visitor {
    void entry(int key, int value);
  }

  /** The value of the key, or -1 when it has none. */
  int get(int key) {
    return values[slot(key)] - 1;
  }

  void put(int key, int value) {
    set(slot(key), key, value);
  }

  /** Adds to the value of the key, which counts as 0 when it has none. */
  void add(int key, int delta) {
    int slot = slot(key);
    set(slot, key, Math.max(values[slot] - 1, 0) + delta);
  }

  /** Visits all entries, in no order that may be relied on. */
  void forEach(Visitor visitor) {
    for (int slot = 0; slot < keys.length; slot++) {
      if (values[slot] != 0) {
        visitor.entry(keys[slot], values[slot] - 1);
      }
    }
  }

  private void set(int slot, int key, int value) {
    boolean added = values[slot] == 0;
    keys[slot] = key;
    values[slot] = value + 1;
    if (added && ++size > keys.length / 2) {
      grow();
    }
  }

  private int slot(int key) {
    int mask = keys.length - 1;
    int slot = hash(key) & mask;
    while (values[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    int[] oldKeys = keys;
    int[] oldValues = values;
    keys = new int[oldKeys.length * 2];
    values = new int[oldKeys.length * 2];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        values[slot] = oldValues[i];
      }
    }
  }

  private static int hash(int key) {
    int h = key * 0x9E3779B1;
    return h ^ (h >>> 15);
  }
}
