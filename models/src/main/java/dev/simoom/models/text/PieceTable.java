package dev.simoom.models.text;

import java.util.Arrays;

/** Numbers distinct byte strings 0, 1, 2, ... in the order in which they are first met. */
final class PieceTable {
  private byte[] pool;

  /** Piece i is pool[ends[i] .. ends[i + 1]). */
  private int[] ends;

  private int[] hashes;

  /** Each slot holds a piece's number plus one; 0 marks a free slot. */
  private int[] slots;

  private int size;

  PieceTable() {
    this(1 << 12);
  }

  /** A table with room for a number of pieces, which grows beyond it. */
  PieceTable(int pieces) {
    int room = Integer.highestOneBit(Math.max(8, pieces) * 2 - 1);
    pool = new byte[room * 8];
    ends = new int[room + 1];
    hashes = new int[room];
    slots = new int[room * 2];
  }

  int size() {
    return size;
  }

  /** Bytes held by all the pieces together. */
  int totalBytes() {
    return ends[size];
  }

  int start(int piece) {
    return ends[piece];
  }

  int end(int piece) {
    return ends[piece + 1];
  }

  /**
   * The bytes that {@link #start} and {@link #end} point into; valid until the next {@link
   * #number}.
   */
  byte[] pool() {
    return pool;
  }

  /**
   * The number of the piece text[from, to), which is new when it equals the former {@link #size}.
   */
  int number(byte[] text, int from, int to) {
    int hash = hash(text, from, to);
    int slot = slot(hash, text, from, to);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    slots[slot] = size + 1;
    return append(hash, text, from, to);
  }

  /** The number of the piece text[from, to), or -1 if it has none. */
  int find(byte[] text, int from, int to) {
    return slots[slot(hash(text, from, to), text, from, to)] - 1;
  }

  private int slot(int hash, byte[] text, int from, int to) {
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      int piece = slots[slot] - 1;
      if (hashes[piece] == hash
          && Arrays.equals(pool, ends[piece], ends[piece + 1], text, from, to)) {
        break;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private int append(int hash, byte[] text, int from, int to) {
    int length = to - from;
    if (pool.length - ends[size] < length) {
      pool = Arrays.copyOf(pool, Math.max(pool.length * 2, ends[size] + length));
    }
    if (size == hashes.length) {
      ends = Arrays.copyOf(ends, size * 2 + 1);
      hashes = Arrays.copyOf(hashes, size * 2);
    }
    System.arraycopy(text, from, pool, ends[size], length);
    hashes[size] = hash;
    ends[size + 1] = ends[size] + length;
    size++;
    if (size > slots.length / 2) {
      rehash();
    }
    return size - 1;
  }

  private void rehash() {
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    for (int piece = 0; piece < size; piece++) {
      int slot = hashes[piece] & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = piece + 1;
    }
  }

  private static int hash(byte[] text, int from, int to) {
    int h = to - from;
    for (int i = from; i < to; i++) {
      h = (h ^ text[i]) * 0x01000193;
    }
    h ^= h >>> 15;
    h *= 0x85EBCA6B;
    return h ^ (h >>> 13);
  }
}
