package dev.simoom.models.text;

import java.util.Arrays;

/** Numbers distinct byte strings 0, 1, 2, ... in the order in which they are first met. */
final class PieceTable {
  private byte[] pool = new byte[1 << 16];

  /** Piece i is pool[ends[i] .. ends[i + 1]). */
  private int[] ends = new int[1 << 12];

  private int[] hashes = new int[1 << 12];

  /** Each slot holds a piece's number plus one; 0 marks a free slot. */
  private int[] slots = new int[1 << 13];

  private int size;

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
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      int piece = slots[slot] - 1;
      if (hashes[piece] == hash
          && Arrays.equals(pool, ends[piece], ends[piece + 1], text, from, to)) {
        return piece;
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = size + 1;
    return append(hash, text, from, to);
  }

  private int append(int hash, byte[] text, int from, int to) {
    int length = to - from;
    if (pool.length - ends[size] < length) {
      pool = Arrays.copyOf(pool, Math.max(pool.length * 2, ends[size] + length));
    }
    if (size + 1 == ends.length) {
      ends = Arrays.copyOf(ends, ends.length * 2);
      hashes = Arrays.copyOf(hashes, hashes.length * 2);
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
