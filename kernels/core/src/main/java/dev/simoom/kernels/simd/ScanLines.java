package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Scan;

/** Follows many lines at once, element by element, in the order of a {@link Scan}. */
final class ScanLines {
  /** Lines that are transposed together at the most. */
  static final int LINES = 64;

  /** Elements of each that are transposed together. */
  private static final int PIECE = 128;

  /** Sums that are added one by one before they are folded into the carry. */
  private static final int BLOCK = 32;

  /** Bytes of a row of state. */
  private static final int STATE = ScanRows.MOST;

  private static final int PIECE_BYTES = 4 * LINES * PIECE;

  /** Two pieces, three rows of state, and what a transposition needs. */
  static final long SCRATCH_BYTES = 2 * PIECE_BYTES + 3 * STATE + Transposition.STAGE_BYTES;

  private final Scan.Kind kind;
  private final boolean real;
  private final boolean realSum;
  private final boolean reversed;

  ScanLines(Scan kernel) {
    kind = kernel.kind();
    real = kernel.type() == DType.F32;
    realSum = real && kind == Scan.Kind.SUM;
    reversed = kernel.reversed();
  }

  /**
   * Follows lines that lie side by side.
   *
   * @param factors of the first element of the first line, as are x and y; for recurrences only
   * @param length elements of each line
   * @param pitch bytes from one element to the next
   * @param bytes of the elements side by side, less than {@link ScanRows#MOST}
   */
  void sideBySide(long factors, long x, long y, long length, long pitch, int bytes, long scratch) {
    begin(scratch, bytes);
    long before = 0;
    for (long i = 0; i < length; i++) {
      long at = pitch * (reversed ? length - 1 - i : i);
      step(i, factors + at, x + at, before, y + at, scratch, bytes);
      before = y + at;
    }
  }

  /**
   * Follows lines whose elements are neighbours, piece by piece through transposed copies.
   *
   * @param pitch bytes from one line to the next
   * @param lines at most {@link #LINES}
   */
  void endToEnd(long factors, long x, long y, long length, long pitch, int lines, long scratch) {
    long turned = scratch + 3 * STATE;
    long turnedFactors = turned + PIECE_BYTES;
    long stage = turnedFactors + PIECE_BYTES;
    // Whole vectors: what is computed beyond the lines goes nowhere.
    int row = 4 * Math.ceilDiv(lines, Simd.LANES) * Simd.LANES;
    begin(scratch, row);
    long pieces = Math.ceilDiv(length, PIECE);
    long before = 0;
    long done = 0;
    for (long p = 0; p < pieces; p++) {
      long first = PIECE * (reversed ? pieces - 1 - p : p);
      int size = (int) Math.min(PIECE, length - first);
      long start = 4 * first;
      Transposition.run(x + start, pitch, turned, row, size, lines, stage);
      if (kind == Scan.Kind.RECURRENCE) {
        Transposition.run(factors + start, pitch, turnedFactors, row, size, lines, stage);
      }
      for (int i = 0; i < size; i++) {
        long at = (long) row * (reversed ? size - 1 - i : i);
        step(done++, turnedFactors + at, turned + at, before, turned + at, scratch, row);
        before = turned + at;
      }
      Transposition.run(turned, row, y + start, pitch, lines, size, stage);
      if (!realSum) {
        Moves.bytes(before, scratch, row);
        before = scratch;
      }
    }
  }

  private void begin(long state, int bytes) {
    for (int i = 0; i < 3 && realSum; i++) {
      Cells.fill(state + i * STATE, bytes / 4, 0);
    }
  }

  /** Computes a row from the one before it, the state that sums have, and what is read for it. */
  private void step(long i, long factors, long x, long before, long y, long state, int bytes) {
    if (realSum) {
      if (i % BLOCK == 0) {
        ScanRows.fold(state + STATE, state, state + 2 * STATE, bytes);
      }
      ScanRows.sum(x, state + STATE, state, y, bytes);
    } else if (i == 0) {
      Moves.bytes(x, y, bytes);
    } else if (kind == Scan.Kind.RECURRENCE) {
      ScanRows.recurrence(factors, x, before, y, bytes);
    } else if (kind == Scan.Kind.SUM) {
      ScanRows.integerSum(x, before, y, bytes);
    } else if (real) {
      ScanRows.product(x, before, y, bytes);
    } else {
      ScanRows.integerProduct(x, before, y, bytes);
    }
  }
}
