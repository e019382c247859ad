package dev.simoom.models.text;

import java.util.Arrays;

/** A growing list of ints. */
final class IntList {
  private int[] items;
  private int size;

  IntList(int capacity) {
    items = new int[Math.max(4, capacity)];
  }

  int size() {
    return size;
  }

  int get(int index) {
    return items[index];
  }

  void clear() {
    size = 0;
  }

  void add(int item) {
    reserve(1);
    items[size++] = item;
  }

  /** Adds to an item; the index may be that of the next new item, which starts at 0. */
  void increment(int index, int delta) {
    if (index == size) {
      add(delta);
    } else {
      items[index] += delta;
    }
  }

  /** Appends items [from, to) of another list, which may be this one. */
  void addAll(IntList other, int from, int to) {
    reserve(to - from);
    System.arraycopy(other.items, from, items, size, to - from);
    size += to - from;
  }

  int[] toArray() {
    return Arrays.copyOf(items, size);
  }

  /** Copies all items into an array, from an index of it on. */
  void copyTo(int[] target, int at) {
    System.arraycopy(items, 0, target, at, size);
  }

  private void reserve(int more) {
    if (items.length - size < more) {
      items = Arrays.copyOf(items, Math.max(size + more, size + size / 2 + 4));
    }
  }
}
