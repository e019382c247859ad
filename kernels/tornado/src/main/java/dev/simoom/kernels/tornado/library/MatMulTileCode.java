package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Device code of matrix products of many elements: tiles of 128 x 128. */
public final class MatMulTileCode {
  /** Rows and columns of a tile. */
  static final int SIDE = 128;

  private MatMulTileCode() {}

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
   * Tiles of 128 x 128, each item with 8 x 8 sums; while the items add up the products of one strip
   * of A and B in local memory, the next is on its way. Rows and columns beyond the last are copies
   * of the last, and never stored. Parameters are those of {@link MatMulCode#matMulLarge}.
   */
  public static void matMulTiles(
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
    // Two strips of A, 8 x 128 at a distance of 132, then two of B.
    float[] strips = context.allocateFloatLocalArray(4224);
    float[] sums = new float[64];
    float[] left = new float[8];
    float[] right = new float[8];
    int item = context.localIdx;
    int group = context.groupIdx;
    int tilesN = (n + 127) / 128;
    int tilesM = (m + 127) / 128;
    int tileColumn = group % tilesN * 128;
    group = group / tilesN;
    int tileRow = group % tilesM * 128;
    group = group / tilesM;
    int part = group % parts;
    int batch = group / parts;
    int aBase = aStart + starts.get(startsStart + 3 * batch);
    int bBase = bStart + starts.get(startsStart + 3 * batch + 1);
    int cBase = cStart + starts.get(startsStart + 3 * batch + 2) + part * partStride;
    int begin = part * depth;
    int end = TornadoMath.min(k, begin + depth);

    // Consecutive items bring what lies side by side in memory.
    int ai = aAlongK == 1 ? item >> 3 : item & 127;
    int ak = aAlongK == 1 ? item & 7 : item >> 7;
    int aiStep = aAlongK == 1 ? 32 : 0;
    int akStep = aAlongK == 1 ? 0 : 2;
    int bj = bAlongN == 1 ? item & 127 : item >> 3;
    int bk = bAlongN == 1 ? item >> 7 : item & 7;
    int bjStep = bAlongN == 1 ? 0 : 32;
    int bkStep = bAlongN == 1 ? 2 : 0;
    int a0 = aBase + TornadoMath.min(tileRow + ai, m - 1) * aRow;
    int a1 = aBase + TornadoMath.min(tileRow + ai + aiStep, m - 1) * aRow;
    int a2 = aBase + TornadoMath.min(tileRow + ai + 2 * aiStep, m - 1) * aRow;
    int a3 = aBase + TornadoMath.min(tileRow + ai + 3 * aiStep, m - 1) * aRow;
    int b0 = bBase + TornadoMath.min(tileColumn + bj, n - 1) * bColumn;
    int b1 = bBase + TornadoMath.min(tileColumn + bj + bjStep, n - 1) * bColumn;
    int b2 = bBase + TornadoMath.min(tileColumn + bj + 2 * bjStep, n - 1) * bColumn;
    int b3 = bBase + TornadoMath.min(tileColumn + bj + 3 * bjStep, n - 1) * bColumn;
    int aTo = ak * 132 + ai;
    int aToStep = akStep * 132 + aiStep;
    int bTo = 2112 + bk * 132 + bj;
    int bToStep = bkStep * 132 + bjStep;

    for (int i = 0; i < 64; i++) {
      sums[i] = 0;
    }
    int y = (item >> 4) * 8;
    int x = item & 15;
    int buffer = 0;
    // The first round only brings the first strip.
    for (int first = begin - 8; first < end; first += 8) {
      int ka = first + 8 + ak;
      int kb = first + 8 + bk;
      float nextA0 = 0;
      float nextA1 = 0;
      float nextA2 = 0;
      float nextA3 = 0;
      float nextB0 = 0;
      float nextB1 = 0;
      float nextB2 = 0;
      float nextB3 = 0;
      if (ka < end) {
        nextA0 = loadA(a, a0 + ka * aColumn);
      }
      if (ka + akStep < end) {
        nextA1 = loadA(a, a1 + (ka + akStep) * aColumn);
      }
      if (ka + 2 * akStep < end) {
        nextA2 = loadA(a, a2 + (ka + 2 * akStep) * aColumn);
      }
      if (ka + 3 * akStep < end) {
        nextA3 = loadA(a, a3 + (ka + 3 * akStep) * aColumn);
      }
      if (kb < end) {
        nextB0 = loadB(b, b0 + kb * bRow);
      }
      if (kb + bkStep < end) {
        nextB1 = loadB(b, b1 + (kb + bkStep) * bRow);
      }
      if (kb + 2 * bkStep < end) {
        nextB2 = loadB(b, b2 + (kb + 2 * bkStep) * bRow);
      }
      if (kb + 3 * bkStep < end) {
        nextB3 = loadB(b, b3 + (kb + 3 * bkStep) * bRow);
      }
      if (first >= begin) {
        for (int kk = 0; kk < 8; kk++) {
          for (int i = 0; i < 8; i++) {
            left[i] = strips[buffer + kk * 132 + y + i];
          }
          for (int j = 0; j < 8; j++) {
            right[j] = strips[2112 + buffer + kk * 132 + x + 16 * j];
          }
          for (int i = 0; i < 8; i++) {
            for (int j = 0; j < 8; j++) {
              sums[8 * i + j] = sums[8 * i + j] + left[i] * right[j];
            }
          }
        }
      }
      buffer = 1056 - buffer;
      strips[buffer + aTo] = nextA0;
      strips[buffer + aTo + aToStep] = nextA1;
      strips[buffer + aTo + 2 * aToStep] = nextA2;
      strips[buffer + aTo + 3 * aToStep] = nextA3;
      strips[buffer + bTo] = nextB0;
      strips[buffer + bTo + bToStep] = nextB1;
      strips[buffer + bTo + 2 * bToStep] = nextB2;
      strips[buffer + bTo + 3 * bToStep] = nextB3;
      context.localBarrier();
    }

    // By way of local memory the tile is written row by row, sixteen rows at a time.
    for (int i = 0; i < 8; i++) {
      for (int j = 0; j < 8; j++) {
        strips[(y << 4) + x + 16 * j] = sums[8 * i + j];
      }
      context.localBarrier();
      for (int e = item; e < 2048; e += 256) {
        int row = tileRow + (e >> 7) * 8 + i;
        int column = tileColumn + (e & 127);
        if (row < m && column < n) {
          store(c, cBase + row * cRow + column, strips[e], batch * m + row, column);
        }
      }
      context.localBarrier();
    }
  }
}
