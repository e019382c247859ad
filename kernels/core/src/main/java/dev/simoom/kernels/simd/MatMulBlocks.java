package dev.simoom.kernels.simd;

/**
 * Sizes into which a matrix product is cut at one vector width.
 *
 * <p>The register tile is what one micro-kernel keeps in registers while it runs along k. With
 * AVX-512 there are 32 registers: 16 accumulators, two vectors of B and a value of A for each of 8
 * rows fit in any order; taller tiles bring 4 % at best and grow the micro-kernel to where the
 * first compiler tier gives up on it. Below there are 16: 12 accumulators, two vectors of B, and
 * two values of A at a time, which is how {@link MicroKernelWriter} doles them out. Four rows of
 * three vectors are as fast, but fewer products have a multiple of 24 columns, and a panel of B
 * takes three quarters of the first-level cache.
 *
 * @param rows rows of a register tile
 * @param vectors columns of a register tile, in vectors
 * @param accumulators vectors that a tile of another form may have
 * @param rowBlock rows of C in one chunk, at most; a multiple of {@code rows}
 * @param columnBlock columns of C in one chunk, at most; a multiple of the tile's columns
 */
record MatMulBlocks(int rows, int vectors, int accumulators, int rowBlock, int columnBlock) {
  /**
   * Steps of k after which a tile is added to C. It fixes the order of additions, so it is the same
   * for every width and shape: an element of C then has the same bits wherever its row and column
   * stand.
   */
  static final int K_BLOCK = 256;

  /** The sizes at the width of this process. */
  static final MatMulBlocks TABLE =
      switch (Simd.BITS) {
        case 512 -> new MatMulBlocks(8, 2, 16, 128, 256);
        default -> new MatMulBlocks(6, 2, 12, 132, 256);
      };

  private static final int MOST_VECTORS = 8;

  /** Vectors in each row of a tile, where C has so few rows that a tile should be wider. */
  int vectorsFor(int m) {
    int fitting = Integer.highestOneBit(Math.max(1, accumulators / m));
    return Math.clamp(fitting, vectors, MOST_VECTORS);
  }

  /** The rows of the tallest tile that is not taller than what is left: full, 4, 2 or 1. */
  int tileRows(int left) {
    return left >= rows ? rows : Math.min(4, Integer.highestOneBit(left));
  }
}
