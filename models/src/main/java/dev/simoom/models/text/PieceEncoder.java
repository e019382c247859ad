package dev.simoom.models.text;

/** Cuts text into pieces and merges each, but for those whose tokens it remembers. */
final class PieceEncoder {
  private static final int MAX_CACHED_PIECES = 1 << 20;
  private static final int MAX_CACHED_BYTES = 1 << 25;

  private final PieceScanner scanner;
  private final MergeTable merges;
  private final int maxCachedPieces;
  private final LongHeap queue = new LongHeap();
  private PieceTable pieces = new PieceTable();

  /** The tokens of piece p are cached[ends[p] .. ends[p + 1]). */
  private final IntList cached = new IntList(1 << 10);

  private final IntList ends = new IntList(1 << 10);

  PieceEncoder(PieceScanner scanner, MergeTable merges) {
    this(scanner, merges, MAX_CACHED_PIECES);
  }

  /** An encoder that starts to remember anew after a number of distinct pieces. */
  PieceEncoder(PieceScanner scanner, MergeTable merges, int maxCachedPieces) {
    this.scanner = scanner;
    this.merges = merges;
    this.maxCachedPieces = maxCachedPieces;
    ends.add(0);
  }

  /** Appends the tokens of a text. */
  void encode(byte[] text, IntList ids) {
    for (int at = 0; at < text.length; ) {
      int end = scanner.end(text, at);
      int piece = pieces.number(text, at, end);
      if (piece + 1 == ends.size()) {
        encodePiece(text, at, end);
        ends.add(cached.size());
      }
      ids.addAll(cached, ends.get(piece), ends.get(piece + 1));
      at = end;
      if (pieces.size() >= maxCachedPieces || pieces.totalBytes() > MAX_CACHED_BYTES) {
        forget();
      }
    }
  }

  private void forget() {
    pieces = new PieceTable();
    cached.clear();
    ends.clear();
    ends.add(0);
  }

  private void encodePiece(byte[] text, int from, int to) {
    int whole = merges.whole(text, from, to);
    if (whole >= 0) {
      cached.add(whole);
    } else {
      merge(text, from, to);
    }
  }

  /**
   * Merges the pair of lowest rank, leftmost first, until no neighbours are left that merge. The
   * symbols form a linked list by position; the queue holds rank above position, and entries that
   * the list has outlived are skipped.
   */
  private void merge(byte[] text, int from, int to) {
    int length = to - from;
    int[] symbols = new int[length];
    int[] previous = new int[length];
    int[] next = new int[length];
    for (int i = 0; i < length; i++) {
      symbols[i] = merges.byteToken(text[from + i]);
      previous[i] = i - 1;
      next[i] = i + 1;
    }
    for (int i = 0; i + 1 < length; i++) {
      offer(symbols, i, i + 1);
    }
    while (!queue.isEmpty()) {
      long candidate = queue.pop();
      int rank = (int) (candidate >>> 32);
      int at = (int) candidate;
      int after = next[at];
      if (symbols[at] < 0 || after >= length || merges.rank(symbols[at], symbols[after]) != rank) {
        continue;
      }
      symbols[at] = merges.result(rank);
      symbols[after] = -1;
      next[at] = next[after];
      if (next[at] < length) {
        previous[next[at]] = at;
        offer(symbols, at, next[at]);
      }
      if (previous[at] >= 0) {
        offer(symbols, previous[at], at);
      }
    }
    for (int i = 0; i < length; i = next[i]) {
      cached.add(symbols[i]);
    }
  }

  private void offer(int[] symbols, int left, int right) {
    int rank = merges.rank(symbols[left], symbols[right]);
    if (rank >= 0) {
      queue.push((long) rank << 32 | left);
    }
  }
}
