package dev.simoom.bench.ladder;

import dev.simoom.kernels.Buffer;

/**
 * The operands of {@code C = A B}, all dense and row by row.
 *
 * @param m rows of A and C
 * @param n columns of B and C
 * @param k columns of A, rows of B
 * @param a the left factor
 * @param b the right factor
 * @param c the product
 */
record Product(int m, int n, int k, Buffer a, Buffer b, Buffer c) implements AutoCloseable {
  /** A product of numbers in [-1, 1) that look random. */
  static Product of(int m, int n, int k) {
    return new Product(
        m,
        n,
        k,
        Operands.random("A", 1, (long) m * k),
        Operands.random("B", 2, (long) k * n),
        Buffer.allocate("C", (long) m * n * Float.BYTES));
  }

  /** Multiplications and additions. */
  double flops() {
    return 2.0 * m * n * k;
  }

  /** Bytes from one row of A to the next. */
  long aRow() {
    return (long) k * Float.BYTES;
  }

  /** Bytes from one row of B or C to the next. */
  long bRow() {
    return (long) n * Float.BYTES;
  }

  @Override
  public void close() {
    a.close();
    b.close();
    c.close();
  }
}
