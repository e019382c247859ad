package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.Lanes.FLOAT;

import java.lang.foreign.MemorySegment;

/** The product in scalar code, in two orders of the same three loops. */
final class ScalarMatMul {
  private ScalarMatMul() {}

  /** As the formula says: each element of C is the dot product of a row of A and a column of B. */
  static void byDots(Product x) {
    for (int i = 0; i < x.m(); i++) {
      dots(x, i);
    }
  }

  private static void dots(Product x, int i) {
    MemorySegment a = x.a().segment();
    MemorySegment b = x.b().segment();
    MemorySegment c = x.c().segment();
    int n = x.n();
    int k = x.k();
    for (int j = 0; j < n; j++) {
      float sum = 0;
      for (int p = 0; p < k; p++) {
        sum += a.get(FLOAT, 4L * ((long) i * k + p)) * b.get(FLOAT, 4L * ((long) p * n + j));
      }
      c.set(FLOAT, 4L * ((long) i * n + j), sum);
    }
  }

  /** By rows: each row of C is a sum of rows of B, so that all memory is read as it lies. */
  static void byRows(Product x) {
    x.c().segment().fill((byte) 0);
    for (int i = 0; i < x.m(); i++) {
      for (int p = 0; p < x.k(); p++) {
        addRow(x, i, p);
      }
    }
  }

  private static void addRow(Product x, int i, int p) {
    MemorySegment b = x.b().segment();
    MemorySegment c = x.c().segment();
    int n = x.n();
    float factor = x.a().segment().get(FLOAT, i * x.aRow() + 4L * p);
    long from = p * x.bRow();
    long to = i * x.bRow();
    for (int j = 0; j < n; j++) {
      long at = to + 4L * j;
      c.set(FLOAT, at, c.get(FLOAT, at) + factor * b.get(FLOAT, from + 4L * j));
    }
  }
}
