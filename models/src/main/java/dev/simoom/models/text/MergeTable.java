package dev.simoom.models.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which tokens become which: that of each byte, and the pairs that merge, lowest rank first. */
final class MergeTable {
  private final int[] byteTokens;
  private final LongIntMap ranks;
  private final int[] results;
  private final @Nullable TokenTable whole;
  private int size;

  /**
   * A table without merges yet.
   *
   * @param byteTokens the token of each of the 256 bytes
   * @param merges how many merges there will be
   * @param whole the pieces that are one token, whatever the merges say
   */
  MergeTable(int[] byteTokens, int merges, @Nullable TokenTable whole) {
    this.byteTokens = byteTokens;
    this.whole = whole;
    ranks = new LongIntMap(merges);
    results = new int[merges];
  }

  /** Adds the merge of the next rank; says whether it is the first of its pair. */
  boolean add(int left, int right, int result) {
    results[size] = result;
    return ranks.put(pair(left, right), size++) < 0;
  }

  int byteToken(byte b) {
    return byteTokens[b & 0xFF];
  }

  /** The rank of the merge of two tokens, or -1. */
  int rank(int left, int right) {
    return ranks.get(pair(left, right));
  }

  /** The token that the merge of this rank makes. */
  int result(int rank) {
    return results[rank];
  }

  /** The one token of a whole piece, or -1 where it is to be merged. */
  int whole(byte[] text, int from, int to) {
    return whole == null ? -1 : whole.find(text, from, to);
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  /** The bytes of tokens, and which token they are. */
  static final class TokenTable {
    private final PieceTable names;
    private int[] ids;

    /** A table that will have about so many tokens. */
    TokenTable(int tokens) {
      names = new PieceTable(tokens);
      ids = new int[tokens];
    }

    /** Adds a token whose bytes no other has. */
    void add(byte[] bytes, int id) {
      int number = names.number(bytes, 0, bytes.length);
      if (number == ids.length) {
        ids = Arrays.copyOf(ids, number * 2 + 1);
      }
      ids[number] = id;
    }

    int find(byte[] text, int from, int to) {
      int number = names.find(text, from, to);
      return number < 0 ? -1 : ids[number];
    }
  }
}
