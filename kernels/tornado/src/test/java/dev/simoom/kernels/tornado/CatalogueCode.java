package dev.simoom.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/**
 * Small kernels, some wrong on purpose; 128 work items in groups of 32 where nothing else is said.
 */
public final class CatalogueCode {
  /** No constant to the compiler. */
  public static int shared = 3;

  private CatalogueCode() {}

  // ---------------------------------------------------------------- right

  public static void sum(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, a.get(c.globalIdx) + a.get(127 - c.globalIdx));
  }

  public static void scalar(
      KernelContext c, FloatArray a, FloatArray out, int shift, float factor) {
    out.set(c.globalIdx, factor * a.get((c.globalIdx + shift) % 128));
  }

  public static void groupSum(KernelContext c, FloatArray a, FloatArray out) {
    float[] sums = c.allocateFloatLocalArray(32);
    int lane = c.localIdx;
    sums[lane] = a.get(c.globalIdx);
    c.localBarrier();
    for (int half = 16; half > 0; half >>= 1) {
      if (lane < half) {
        sums[lane] = sums[lane] + sums[lane + half];
      }
      c.localBarrier();
    }
    out.set(c.globalIdx, sums[0]);
  }

  public static void reversedInGroup(KernelContext c, FloatArray a, FloatArray out) {
    float[] tile = c.allocateFloatLocalArray(32);
    tile[c.localIdx] = a.get(c.globalIdx);
    c.localBarrier();
    out.set(c.globalIdx, tile[31 - c.localIdx]);
  }

  public static void plane(KernelContext c, FloatArray a, FloatArray out) {
    int at = c.globalIdy * 16 + c.globalIdx;
    out.set(at, a.get(at) + 1000 * c.groupIdy + 100 * c.groupIdx + 10 * c.localIdy + c.localIdx);
  }

  public static void bits(KernelContext c, IntArray a, IntArray out) {
    int x = a.get(c.globalIdx);
    out.set(c.globalIdx, (x ^ x >>> 3) + (x << 5 & 0xff0) - x / 7 + x % 5);
  }

  public static void wide(KernelContext c, IntArray a, IntArray out) {
    long product = 0xD2511F53L * (a.get(c.globalIdx) & 0xffffffffL);
    out.set(c.globalIdx, (int) (product >>> 32) ^ (int) product);
  }

  public static void narrow(KernelContext c, ShortArray a, ShortArray out) {
    out.set(c.globalIdx, (short) (a.get(c.globalIdx) * 3 - 7));
  }

  public static void functions(KernelContext c, FloatArray a, FloatArray out) {
    float x = a.get(c.globalIdx);
    float y = TornadoMath.exp(-x) + TornadoMath.sqrt(x) + TornadoMath.tanh(x);
    out.set(c.globalIdx, y + TornadoMath.log(1 + x) + TornadoMath.sin(x) * TornadoMath.cos(x));
  }

  public static void trips(KernelContext c, IntArray a, IntArray out) {
    int n = 27 + c.globalIdx;
    int steps = 0;
    while (n != 1 && steps < 1000) {
      n = (n & 1) == 0 ? n / 2 : 3 * n + 1;
      steps++;
    }
    out.set(c.globalIdx, steps + a.get(0));
  }

  public static void helpers(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, outer(a, c.globalIdx));
  }

  public static float outer(FloatArray a, int index) {
    return inner(a.get(index)) + inner(2);
  }

  public static float inner(float x) {
    return x > 0.5f ? x * x : -x;
  }

  public static void ownArray(KernelContext c, FloatArray a, FloatArray out) {
    float[] own = new float[4];
    for (int i = 0; i < 4; i++) {
      own[i] = a.get((c.globalIdx + i) % 128);
    }
    out.set(c.globalIdx, own[0] - own[1] + own[2] * own[3]);
  }

  public static void prefixSum(KernelContext c, IntArray a, IntArray out) {
    int[] sums = c.allocateIntLocalArray(32);
    int lane = c.localIdx;
    sums[lane] = a.get(c.globalIdx);
    c.localBarrier();
    for (int step = 1; step < 32; step <<= 1) {
      int before = lane >= step ? sums[lane - step] : 0;
      c.localBarrier();
      sums[lane] += before;
      c.localBarrier();
    }
    out.set(c.globalIdx, sums[lane]);
  }

  public static void twoLocals(KernelContext c, FloatArray a, FloatArray out) {
    float[] first = c.allocateFloatLocalArray(32);
    float[] second = c.allocateFloatLocalArray(64);
    first[c.localIdx] = a.get(c.globalIdx);
    second[2 * c.localIdx] = 2 * a.get(c.globalIdx);
    second[2 * c.localIdx + 1] = 1;
    c.localBarrier();
    out.set(c.globalIdx, first[(c.localIdx + 1) % 32] + second[63 - 2 * c.localIdx] + second[0]);
  }

  public static void comparisons(KernelContext c, FloatArray a, FloatArray out) {
    float x = a.get(c.globalIdx);
    float y = x != x ? -1 : TornadoMath.max(TornadoMath.min(x, 0.75f), TornadoMath.abs(x - 0.5f));
    out.set(c.globalIdx, y);
  }

  public static void inPlace(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, a.get(c.globalIdx));
    out.set(c.globalIdx, out.get(c.globalIdx) * 2);
  }

  // ---------------------------------------------------------------- what does not compile

  public static void fused(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, Math.fma(a.get(c.globalIdx), 2f, 1f));
  }

  public static void floatBits(KernelContext c, FloatArray a, FloatArray out) {
    int bits = Float.floatToRawIntBits(a.get(c.globalIdx));
    out.set(c.globalIdx, Float.intBitsToFloat(bits ^ 1));
  }

  public static void throwing(KernelContext c, FloatArray a, FloatArray out) {
    if (a.get(c.globalIdx) > 1e9f) {
      throw new IllegalStateException("too large");
    }
    out.set(c.globalIdx, 1);
  }

  public static void objects(KernelContext c, FloatArray a, FloatArray out) {
    StringBuilder builder = new StringBuilder();
    builder.append(a.get(c.globalIdx));
    out.set(c.globalIdx, builder.length());
  }

  public static void recursive(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, factorial(c.globalIdx % 5) + a.get(0));
  }

  public static int factorial(int n) {
    return n <= 1 ? 1 : n * factorial(n - 1);
  }

  public static void notANumber(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, a.get(c.globalIdx) > 0.5f ? Float.NaN : 1);
  }

  public static void hyperbolicOfConstant(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, a.get(c.globalIdx) + TornadoMath.tanh(0.5f));
  }

  public static void staticField(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, a.get(c.globalIdx) + shared);
  }

  public static void handsOnLocal(KernelContext c, FloatArray a, FloatArray out) {
    float[] tile = c.allocateFloatLocalArray(32);
    tile[c.localIdx] = a.get(c.globalIdx);
    c.localBarrier();
    out.set(c.globalIdx, first(tile));
  }

  public static float first(float[] tile) {
    return tile[0];
  }

  // ---------------------------------------------------------------- what compiles and is wrong

  public static void readsBeyond(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, a.get(c.globalIdx + 1));
  }

  public static void writesBefore(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx - 1, a.get(c.globalIdx));
  }

  public static void localBeyond(KernelContext c, FloatArray a, FloatArray out) {
    float[] tile = c.allocateFloatLocalArray(16);
    tile[c.localIdx] = a.get(c.globalIdx);
    c.localBarrier();
    out.set(c.globalIdx, tile[0]);
  }

  public static void meetInGroup(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx / 2, a.get(c.globalIdx));
  }

  public static void meetAcrossGroups(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.localIdx, a.get(c.globalIdx));
  }

  public static void readsNeighbour(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, a.get(c.globalIdx));
    float other = out.get((c.globalIdx + 1) % 128);
    out.set(c.globalIdx, other);
  }

  public static void noBarrier(KernelContext c, FloatArray a, FloatArray out) {
    float[] tile = c.allocateFloatLocalArray(32);
    tile[c.localIdx] = a.get(c.globalIdx);
    out.set(c.globalIdx, tile[31 - c.localIdx]);
  }

  public static void barrierForSome(KernelContext c, FloatArray a, FloatArray out) {
    float[] tile = c.allocateFloatLocalArray(32);
    tile[c.localIdx] = a.get(c.globalIdx);
    if (c.localIdx < 16) {
      c.localBarrier();
    }
    out.set(c.globalIdx, tile[c.localIdx]);
  }
}
