package dev.simoom.models.text;

import java.util.Arrays;
import java.util.List;

/**
 * Learns byte-pair merges from counted pieces. The pair that occurs most often is merged next;
 * among equals, the one with the lowest left id, then the lowest right id. Counts are kept up to
 * date by visiting only the pieces in which the merged pair occurs, and the queue of candidates is
 * corrected lazily, when a candidate with an outdated count comes first.
 *
 * <p>Two merges never make the same bytes: no merge crosses the ends of a token's span before the
 * token is whole, so the steps that make it are the same wherever its bytes stand.
 */
final class BytePairTrainer {
  /**
   * Longer pieces are counted in parts, so that one endless run of letters cannot make every merge
   * slow.
   */
  private static final int MAX_PIECE_BYTES = 128;

  /** A pair met once teaches nothing. */
  private static final int MIN_COUNT = 2;

  private final List<byte[]> tokens;
  private final IntList merges = new IntList(1 << 12);

  /** Piece w is symbols[starts[w] .. starts[w] + lengths[w]) and occurs counts[w] times. */
  private int[] symbols;

  private int[] starts;
  private int[] lengths;
  private final int[] counts;

  private final IntIntMap pairIndex = new IntIntMap(1 << 16);
  private int[] pairKeys = new int[1 << 12];
  private int[] pairCounts = new int[1 << 12];
  private IntList[] pairPieces = new IntList[1 << 12];
  private int pairs;

  private final LongHeap queue = new LongHeap();

  /** The pairs that became more frequent in the current merge, each noted once. */
  private final IntList grown = new IntList(1 << 8);

  private boolean[] noted = new boolean[1 << 12];

  private BytePairTrainer(PieceTable pieces, int[] counts, List<byte[]> tokens) {
    this.tokens = tokens;
    this.counts = counts;
    spread(pieces);
  }

  /** Learns merges until there are {@code vocabularySize} tokens or no pair occurs twice. */
  static BytePairEncoding train(List<byte[]> documents, int vocabularySize, int threads) {
    PieceTable pieces = new PieceTable();
    IntList counts = new IntList(1 << 12);
    for (Counted part : Parallel.overGroups(documents, threads, BytePairTrainer::count)) {
      for (int piece = 0; piece < part.pieces.size(); piece++) {
        int number =
            pieces.number(part.pieces.pool(), part.pieces.start(piece), part.pieces.end(piece));
        counts.increment(number, part.counts.get(piece));
      }
    }
    BytePairTrainer trainer =
        new BytePairTrainer(pieces, counts.toArray(), BytePairEncoding.baseTokens());
    trainer.learn(vocabularySize);
    return new BytePairEncoding(trainer.tokens.toArray(byte[][]::new), trainer.merges.toArray());
  }

  private record Counted(PieceTable pieces, IntList counts) {}

  private static Counted count(List<byte[]> documents) {
    PieceTable pieces = new PieceTable();
    IntList counts = new IntList(1 << 12);
    for (byte[] text : documents) {
      for (int at = 0; at < text.length; ) {
        int end = PreTokenizer.end(text, at);
        for (; at < end; at = Math.min(end, at + MAX_PIECE_BYTES)) {
          int number = pieces.number(text, at, Math.min(end, at + MAX_PIECE_BYTES));
          counts.increment(number, 1);
        }
      }
    }
    return new Counted(pieces, counts);
  }

  private void spread(PieceTable pieces) {
    symbols = new int[pieces.totalBytes()];
    starts = new int[pieces.size()];
    lengths = new int[pieces.size()];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = pieces.pool()[i] & 0xFF;
    }
    for (int piece = 0; piece < starts.length; piece++) {
      starts[piece] = pieces.start(piece);
      lengths[piece] = pieces.end(piece) - pieces.start(piece);
      addPairs(piece, -1);
    }
    queueGrown();
  }

  private void learn(int vocabularySize) {
    while (tokens.size() < vocabularySize && !queue.isEmpty()) {
      long candidate = queue.pop();
      int pair = (int) candidate;
      int index = pairIndex.get(pair);
      int queued = countOf(candidate);
      int count = pairCounts[index];
      if (queued == count && count >= MIN_COUNT) {
        merge(pair, index);
      } else if (queued > count && count >= MIN_COUNT) {
        queue.push(candidate(count, pair));
      }
    }
  }

  private void merge(int pair, int index) {
    int left = BytePairEncoding.left(pair);
    int right = BytePairEncoding.right(pair);
    int merged = tokens.size();
    tokens.add(BytePairEncoding.join(tokens.get(left), tokens.get(right)));
    merges.add(pair);
    IntList pieces = pairPieces[index];
    pairPieces[index] = new IntList(0);
    for (int i = 0; i < pieces.size(); i++) {
      mergeIn(pieces.get(i), left, right, merged);
    }
    queueGrown();
  }

  private void mergeIn(int piece, int left, int right, int merged) {
    int start = starts[piece];
    int length = lengths[piece];
    int found = 0;
    while (found + 1 < length
        && (symbols[start + found] != left || symbols[start + found + 1] != right)) {
      found++;
    }
    if (found + 1 >= length) {
      return;
    }
    removePairs(piece);
    int write = start + found;
    for (int read = start + found; read < start + length; read++) {
      boolean match =
          symbols[read] == left && read + 1 < start + length && symbols[read + 1] == right;
      symbols[write++] = match ? merged : symbols[read];
      read += match ? 1 : 0;
    }
    lengths[piece] = write - start;
    addPairs(piece, merged);
  }

  private void removePairs(int piece) {
    for (int i = starts[piece]; i < starts[piece] + lengths[piece] - 1; i++) {
      int pair = BytePairEncoding.pair(symbols[i], symbols[i + 1]);
      pairCounts[pairIndex.get(pair)] -= counts[piece];
    }
  }

  /**
   * Counts all pairs of a piece, and notes the piece with those that hold the symbol (with all,
   * where it is -1).
   */
  private void addPairs(int piece, int symbol) {
    for (int i = starts[piece]; i < starts[piece] + lengths[piece] - 1; i++) {
      int left = symbols[i];
      int right = symbols[i + 1];
      int index = indexOf(BytePairEncoding.pair(left, right));
      pairCounts[index] += counts[piece];
      if (symbol < 0 || left == symbol || right == symbol) {
        pairPieces[index].add(piece);
        if (!noted[index]) {
          noted[index] = true;
          grown.add(index);
        }
      }
    }
  }

  private int indexOf(int pair) {
    int index = pairIndex.get(pair);
    if (index >= 0) {
      return index;
    }
    if (pairs == pairCounts.length) {
      pairCounts = Arrays.copyOf(pairCounts, pairs * 2);
      pairPieces = Arrays.copyOf(pairPieces, pairs * 2);
      noted = Arrays.copyOf(noted, pairs * 2);
      pairKeys = Arrays.copyOf(pairKeys, pairs * 2);
    }
    pairIndex.put(pair, pairs);
    pairKeys[pairs] = pair;
    pairPieces[pairs] = new IntList(0);
    return pairs++;
  }

  private void queueGrown() {
    for (int i = 0; i < grown.size(); i++) {
      int index = grown.get(i);
      noted[index] = false;
      if (pairCounts[index] >= MIN_COUNT) {
        queue.push(candidate(pairCounts[index], pairKeys[index]));
      }
    }
    grown.clear();
  }

  /** Smaller is better: the complement of the count above, the pair as an unsigned number below. */
  private static long candidate(int count, int pair) {
    return (long) (Integer.MAX_VALUE - count) << 32 | Integer.toUnsignedLong(pair);
  }

  private static int countOf(long candidate) {
    return Integer.MAX_VALUE - (int) (candidate >>> 32);
  }
}
