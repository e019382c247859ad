package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.Lanes.FLOAT;

import java.lang.foreign.MemorySegment;

/** The product by rows, a vector of columns at a time. */
final class VectorMatMul {
  private VectorMatMul() {}

  static void run(Product x) {
    MemorySegment a = x.a().segment();
    MemorySegment b = x.b().segment();
    MemorySegment c = x.c().segment();
    c.fill((byte) 0);
    for (int i = 0; i < x.m(); i++) {
      for (int p = 0; p < x.k(); p++) {
        float factor = a.get(FLOAT, i * x.aRow() + 4L * p);
        VectorRows.addScaled(b, p * x.bRow(), factor, c, i * x.bRow(), x.n());
      }
    }
  }
}
