package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Device code of matrix products: tiles of C by groups of 256 items, which bring strips of A and B
 * to local memory.
 *
 * <p>A table holds, for each product of the batch, where its A, B and C start. The sum over k may
 * be cut into parts that different groups compute; {@link #matMulParts} then adds them up.
 */
public final class MatMulCode {
  /** Rows and columns of a large tile. */
  static final int LARGE = 64;

  /** Rows and columns of a small tile. */
  static final int SMALL = 16;

  /** Terms of the sum that a large tile takes in one step. */
  static final int STEP = 16;

  /** Terms of the sum that a small tile takes in one step. */
  static final int SMALL_STEP = 32;

  private MatMulCode() {}

  /** An element of A. */
  public static float loadA(FloatArray a, int index) {
    return a.get(index);
  }

  /** An element of B. */
  public static float loadB(FloatArray b, int index) {
    return b.get(index);
  }

  /** Takes an element of the product, which is in the given row of all products' rows. */
  public static void store(FloatArray c, int index, float value, int row, int column) {
    c.set(index, value);
  }

  /**
   * Tiles of 64 x 64, each item with 4 x 4 sums.
   *
   * @param starts of each product: where A, B and C start
   * @param depth terms of the sum that one group takes
   * @param parts groups that share a tile
   * @param partStride distance of the parts of the sum in C
   * @param aAlongK 1 if neighbours along k are neighbours in A
   * @param bAlongN 1 if neighbours along n are neighbours in B
   */
  public static void matMulLarge(
      KernelContext context,
      FloatArray a,
      FloatArray b,
      FloatArray c,
      IntArray starts,
      int aStart,
      int bStart,
      int cStart,
      int startsStart,
      int m,
      int n,
      int k,
      int depth,
      int parts,
      int partStride,
      int aRow,
      int aColumn,
      int bRow,
      int bColumn,
      int cRow,
      int aAlongK,
      int bAlongN) {
    float[] strips = context.allocateFloatLocalArray(4096);
    int item = context.localIdx;
    int group = context.groupIdx;
    int tilesN = (n + 63) / 64;
    int tilesM = (m + 63) / 64;
    int tileColumn = group % tilesN * 64;
    group = group / tilesN;
    int tileRow = group % tilesM * 64;
    group = group / tilesM;
    int part = group % parts;
    int batch = group / parts;
    int aBase = aStart + starts.get(startsStart + 3 * batch);
    int bBase = bStart + starts.get(startsStart + 3 * batch + 1);
    int cBase = cStart + starts.get(startsStart + 3 * batch + 2) + part * partStride;
    int end = TornadoMath.min(k, part * depth + depth);

    // Consecutive items bring what lies side by side in memory.
    int ai = aAlongK == 1 ? item >> 4 : item & 63;
    int ak = aAlongK == 1 ? item & 15 : item >> 6;
    int aiStep = aAlongK == 1 ? 16 : 0;
    int akStep = aAlongK == 1 ? 0 : 4;
    int bj = bAlongN == 1 ? item & 63 : item >> 4;
    int bk = bAlongN == 1 ? item >> 6 : item & 15;
    int bjStep = bAlongN == 1 ? 0 : 16;
    int bkStep = bAlongN == 1 ? 4 : 0;

    int y = (item >> 4) * 4;
    int x = 1056 + (item & 15);
    float s00 = 0;
    float s01 = 0;
    float s02 = 0;
    float s03 = 0;
    float s10 = 0;
    float s11 = 0;
    float s12 = 0;
    float s13 = 0;
    float s20 = 0;
    float s21 = 0;
    float s22 = 0;
    float s23 = 0;
    float s30 = 0;
    float s31 = 0;
    float s32 = 0;
    float s33 = 0;
    for (int first = part * depth; first < end; first += 16) {
      for (int p = 0; p < 4; p++) {
        int i = ai + p * aiStep;
        int kk = ak + p * akStep;
        float value = 0;
        if (tileRow + i < m && first + kk < end) {
          value = loadA(a, aBase + (tileRow + i) * aRow + (first + kk) * aColumn);
        }
        strips[kk * 66 + i] = value;
      }
      for (int p = 0; p < 4; p++) {
        int j = bj + p * bjStep;
        int kk = bk + p * bkStep;
        float value = 0;
        if (tileColumn + j < n && first + kk < end) {
          value = loadB(b, bBase + (first + kk) * bRow + (tileColumn + j) * bColumn);
        }
        strips[1056 + kk * 66 + j] = value;
      }
      context.localBarrier();
      int steps = TornadoMath.min(16, end - first);
      for (int kk = 0; kk < steps; kk++) {
        float a0 = strips[kk * 66 + y];
        float a1 = strips[kk * 66 + y + 1];
        float a2 = strips[kk * 66 + y + 2];
        float a3 = strips[kk * 66 + y + 3];
        float b0 = strips[kk * 66 + x];
        float b1 = strips[kk * 66 + x + 16];
        float b2 = strips[kk * 66 + x + 32];
        float b3 = strips[kk * 66 + x + 48];
        s00 += a0 * b0;
        s01 += a0 * b1;
        s02 += a0 * b2;
        s03 += a0 * b3;
        s10 += a1 * b0;
        s11 += a1 * b1;
        s12 += a1 * b2;
        s13 += a1 * b3;
        s20 += a2 * b0;
        s21 += a2 * b1;
        s22 += a2 * b2;
        s23 += a2 * b3;
        s30 += a3 * b0;
        s31 += a3 * b1;
        s32 += a3 * b2;
        s33 += a3 * b3;
      }
      context.localBarrier();
    }

    // By way of local memory the tile is written row by row, and the code of the store is there
    // once.
    int corner = y * 64 + (item & 15);
    strips[corner] = s00;
    strips[corner + 16] = s01;
    strips[corner + 32] = s02;
    strips[corner + 48] = s03;
    strips[corner + 64] = s10;
    strips[corner + 80] = s11;
    strips[corner + 96] = s12;
    strips[corner + 112] = s13;
    strips[corner + 128] = s20;
    strips[corner + 144] = s21;
    strips[corner + 160] = s22;
    strips[corner + 176] = s23;
    strips[corner + 192] = s30;
    strips[corner + 208] = s31;
    strips[corner + 224] = s32;
    strips[corner + 240] = s33;
    context.localBarrier();
    for (int e = item; e < 4096; e += 256) {
      int row = tileRow + (e >> 6);
      int column = tileColumn + (e & 63);
      if (row < m && column < n) {
        store(c, cBase + row * cRow + column, strips[e], batch * m + row, column);
      }
    }
  }

  /** Tiles of 16 x 16, each item with one sum; parameters as those of the large tiles. */
  public static void matMulSmall(
      KernelContext context,
      FloatArray a,
      FloatArray b,
      FloatArray c,
      IntArray starts,
      int aStart,
      int bStart,
      int cStart,
      int startsStart,
      int m,
      int n,
      int k,
      int depth,
      int parts,
      int partStride,
      int aRow,
      int aColumn,
      int bRow,
      int bColumn,
      int cRow,
      int aAlongK,
      int bAlongN) {
    float[] aStrip = context.allocateFloatLocalArray(544);
    float[] bStrip = context.allocateFloatLocalArray(544);
    int item = context.localIdx;
    int group = context.groupIdx;
    int tilesN = (n + 15) / 16;
    int tilesM = (m + 15) / 16;
    int tileColumn = group % tilesN * 16;
    group = group / tilesN;
    int tileRow = group % tilesM * 16;
    group = group / tilesM;
    int part = group % parts;
    int batch = group / parts;
    int aBase = aStart + starts.get(startsStart + 3 * batch);
    int bBase = bStart + starts.get(startsStart + 3 * batch + 1);
    int cBase = cStart + starts.get(startsStart + 3 * batch + 2) + part * partStride;
    int end = TornadoMath.min(k, part * depth + depth);

    int ai = aAlongK == 1 ? item >> 5 : item & 15;
    int ak = aAlongK == 1 ? item & 31 : item >> 4;
    int aiStep = aAlongK == 1 ? 8 : 0;
    int akStep = aAlongK == 1 ? 0 : 16;
    int bj = bAlongN == 1 ? item & 15 : item >> 5;
    int bk = bAlongN == 1 ? item >> 4 : item & 31;
    int bjStep = bAlongN == 1 ? 0 : 8;
    int bkStep = bAlongN == 1 ? 16 : 0;

    int y = item >> 4;
    int x = item & 15;
    float sum = 0;
    for (int first = part * depth; first < end; first += 32) {
      for (int p = 0; p < 2; p++) {
        int i = ai + p * aiStep;
        int kk = ak + p * akStep;
        float value = 0;
        if (tileRow + i < m && first + kk < end) {
          value = loadA(a, aBase + (tileRow + i) * aRow + (first + kk) * aColumn);
        }
        aStrip[kk * 17 + i] = value;
      }
      for (int p = 0; p < 2; p++) {
        int j = bj + p * bjStep;
        int kk = bk + p * bkStep;
        float value = 0;
        if (tileColumn + j < n && first + kk < end) {
          value = loadB(b, bBase + (first + kk) * bRow + (tileColumn + j) * bColumn);
        }
        bStrip[kk * 17 + j] = value;
      }
      context.localBarrier();
      int steps = TornadoMath.min(32, end - first);
      for (int kk = 0; kk < steps; kk++) {
        sum += aStrip[kk * 17 + y] * bStrip[kk * 17 + x];
      }
      context.localBarrier();
    }
    int row = tileRow + y;
    int column = tileColumn + x;
    if (row < m && column < n) {
      store(c, cBase + row * cRow + column, sum, batch * m + row, column);
    }
  }

  /**
   * Adds the parts of each sum, in their order: an item for each element of C.
   *
   * @param partial the parts, each densely packed
   * @param elements of all products together
   */
  public static void matMulParts(
      KernelContext context,
      FloatArray partial,
      FloatArray c,
      IntArray starts,
      int partialStart,
      int cStart,
      int startsStart,
      int m,
      int n,
      int parts,
      int elements,
      int cRow) {
    int element = context.globalIdx;
    if (element < elements) {
      float sum = 0;
      for (int part = 0; part < parts; part++) {
        sum += partial.get(partialStart + part * elements + element);
      }
      int row = element / n;
      int column = element % n;
      int cBase = cStart + starts.get(startsStart + 3 * (row / m) + 2);
      store(c, cBase + row % m * cRow + column, sum, row, column);
    }
  }
}
