package dev.simoom.tensor.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gives pieces of memory that are needed at different times room in one arena. */
final class MemoryPlan {
  /** A piece that is needed from one step to another, both included. */
  static final class Piece {
    final long bytes;
    int from;
    int to;
    long offset;

    Piece(long bytes, int from) {
      this.bytes = (bytes + 63) & -64;
      this.from = from;
      this.to = from;
    }

    void neededAt(int step) {
      from = Math.min(from, step);
      to = Math.max(to, step);
    }

    private boolean meets(Piece other) {
      return from <= other.to && other.from <= to;
    }
  }

  private MemoryPlan() {}

  /**
   * Sets the offsets, placing the largest pieces first, each in the lowest gap among those alive at
   * the same time.
   *
   * @return the size of the arena in bytes
   */
  static long place(List<Piece> pieces) {
    List<Piece> bySize = new ArrayList<>(pieces);
    bySize.sort(Comparator.comparingLong((Piece p) -> -p.bytes).thenComparingInt(p -> p.from));
    List<Piece> placed = new ArrayList<>();
    long end = 0;
    for (Piece piece : bySize) {
      long at = 0;
      for (Piece other : placed) {
        if (piece.meets(other)) {
          if (other.offset - at >= piece.bytes) {
            break;
          }
          at = Math.max(at, other.offset + other.bytes);
        }
      }
      piece.offset = at;
      end = Math.max(end, at + piece.bytes);
      placed.add(piece);
      placed.sort(Comparator.comparingLong(p -> p.offset));
    }
    return end;
  }
}
