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

  // ---------------------------------------------------------------- right, and not as Java

  public static void shiftedWithSign(KernelContext c, IntArray a, IntArray out) {
    out.set(c.globalIdx, a.get(c.globalIdx) - 500 >>> 3);
  }

  public static void longShift(KernelContext c, IntArray a, IntArray out) {
    out.set(c.globalIdx, (int) (a.get(c.globalIdx) * -1000000007L >>> 40));
  }

  /** The root of what is negative is not a number. */
  public static void notLess(KernelContext c, FloatArray a, FloatArray out) {
    float root = TornadoMath.sqrt(a.get(c.globalIdx) - 0.5f);
    float least = root >= 0.25f ? 1 : 0;
    float most = root <= 0.25f ? 2 : 0;
    float more = root > 0.25f ? 4 : 0;
    float less = root < 0.25f ? 8 : 0;
    out.set(c.globalIdx, least + most + more + less);
  }

  public static void loopsWhileNotLess(KernelContext c, FloatArray a, FloatArray out) {
    float root = TornadoMath.sqrt(a.get(c.globalIdx) - 0.5f);
    int steps = 0;
    while (steps < 5 && root >= 0) {
      root -= 0.25f;
      steps++;
    }
    out.set(c.globalIdx, steps);
  }

  public static void withNumber(KernelContext c, FloatArray a, FloatArray out) {
    float root = TornadoMath.sqrt(a.get(c.globalIdx) - 0.5f);
    out.set(c.globalIdx, TornadoMath.max(root, -3) + Math.min(2, root) + Math.max(-5, root));
  }

  public static void tooLarge(KernelContext c, FloatArray a, FloatArray out) {
    int big = (int) (a.get(c.globalIdx) * 1e10f);
    out.set(c.globalIdx, big / 0x4000000);
  }

  public static void localInLoop(KernelContext c, FloatArray a, FloatArray out) {
    float sum = 0;
    for (int i = 0; i < 4; i++) {
      float[] tile = c.allocateFloatLocalArray(32);
      tile[c.localIdx] = a.get(32 * i + c.localIdx);
      c.localBarrier();
      sum += tile[31 - c.localIdx];
      c.localBarrier();
    }
    out.set(c.globalIdx, sum);
  }

  public static void madeByHelper(KernelContext c, FloatArray a, FloatArray out) {
    float[] tile = make(c);
    float[] same = tile;
    tile[c.localIdx] = a.get(c.globalIdx);
    c.localBarrier();
    out.set(c.globalIdx, same[31 - c.localIdx]);
  }

  public static float[] make(KernelContext c) {
    return c.allocateFloatLocalArray(32);
  }

  public static void returnsEarly(KernelContext c, FloatArray a, FloatArray out) {
    if (c.groupIdx > 1) {
      out.set(c.globalIdx, -1);
      return;
    }
    float[] tile = c.allocateFloatLocalArray(32);
    tile[c.localIdx] = a.get(c.globalIdx);
    c.localBarrier();
    out.set(c.globalIdx, tile[31 - c.localIdx]);
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

  public static void absoluteInt(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, a.get(Math.abs(c.globalIdx - 64)));
  }

  public static void remainder(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, a.get(c.globalIdx) % 0.3f);
  }

  public static void chosen(KernelContext c, FloatArray a, FloatArray out) {
    FloatArray array = a.get(0) > 0.5f ? a : out;
    out.set(c.globalIdx, array.get(c.globalIdx));
  }

  public static void nullFirst(KernelContext c, FloatArray a, FloatArray out) {
    float[] own = null;
    if (a.get(0) >= 0) {
      own = new float[2];
    }
    own[0] = a.get(c.globalIdx);
    out.set(c.globalIdx, own[0]);
  }

  public static void sizedAtRunTime(KernelContext c, FloatArray a, FloatArray out) {
    float[] tile = c.allocateFloatLocalArray(c.localGroupSizeX);
    tile[c.localIdx] = a.get(c.globalIdx);
    c.localBarrier();
    out.set(c.globalIdx, tile[31 - c.localIdx]);
  }

  public static void ownSizedAtRunTime(KernelContext c, FloatArray a, FloatArray out) {
    float[] own = new float[c.localGroupSizeX];
    own[0] = a.get(c.globalIdx);
    out.set(c.globalIdx, own[0]);
  }

  public static void float4(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, a.get(c.globalIdx));
  }

  public static void callsLarge(KernelContext c, FloatArray a, FloatArray out) {
    out.set(c.globalIdx, large(a, c.globalIdx));
  }

  /** Some 640 operations. */
  public static float large(FloatArray a, int i) {
    float x = a.get(i);
    x = x * 1.1f + a.get(i + 1 & 127) * 1.2f + a.get(i + 2 & 127) * 1.3f + a.get(i + 3 & 127);
    x = x * 1.1f + a.get(i + 4 & 127) * 1.2f + a.get(i + 5 & 127) * 1.3f + a.get(i + 6 & 127);
    x = x * 1.1f + a.get(i + 7 & 127) * 1.2f + a.get(i + 8 & 127) * 1.3f + a.get(i + 9 & 127);
    x = x * 1.1f + a.get(i + 10 & 127) * 1.2f + a.get(i + 11 & 127) * 1.3f + a.get(i + 12 & 127);
    x = x * 1.1f + a.get(i + 13 & 127) * 1.2f + a.get(i + 14 & 127) * 1.3f + a.get(i + 15 & 127);
    x = x * 1.1f + a.get(i + 16 & 127) * 1.2f + a.get(i + 17 & 127) * 1.3f + a.get(i + 18 & 127);
    x = x * 1.1f + a.get(i + 19 & 127) * 1.2f + a.get(i + 20 & 127) * 1.3f + a.get(i + 21 & 127);
    x = x * 1.1f + a.get(i + 22 & 127) * 1.2f + a.get(i + 23 & 127) * 1.3f + a.get(i + 24 & 127);
    x = x * 1.1f + a.get(i + 25 & 127) * 1.2f + a.get(i + 26 & 127) * 1.3f + a.get(i + 27 & 127);
    x = x * 1.1f + a.get(i + 28 & 127) * 1.2f + a.get(i + 29 & 127) * 1.3f + a.get(i + 30 & 127);
    x = x * 1.1f + a.get(i + 31 & 127) * 1.2f + a.get(i + 32 & 127) * 1.3f + a.get(i + 33 & 127);
    x = x * 1.1f + a.get(i + 34 & 127) * 1.2f + a.get(i + 35 & 127) * 1.3f + a.get(i + 36 & 127);
    x = x * 1.1f + a.get(i + 37 & 127) * 1.2f + a.get(i + 38 & 127) * 1.3f + a.get(i + 39 & 127);
    x = x * 1.1f + a.get(i + 40 & 127) * 1.2f + a.get(i + 41 & 127) * 1.3f + a.get(i + 42 & 127);
    x = x * 1.1f + a.get(i + 43 & 127) * 1.2f + a.get(i + 44 & 127) * 1.3f + a.get(i + 45 & 127);
    x = x * 1.1f + a.get(i + 46 & 127) * 1.2f + a.get(i + 47 & 127) * 1.3f + a.get(i + 48 & 127);
    x = x * 1.1f + a.get(i + 49 & 127) * 1.2f + a.get(i + 50 & 127) * 1.3f + a.get(i + 51 & 127);
    x = x * 1.1f + a.get(i + 52 & 127) * 1.2f + a.get(i + 53 & 127) * 1.3f + a.get(i + 54 & 127);
    x = x * 1.1f + a.get(i + 55 & 127) * 1.2f + a.get(i + 56 & 127) * 1.3f + a.get(i + 57 & 127);
    x = x * 1.1f + a.get(i + 58 & 127) * 1.2f + a.get(i + 59 & 127) * 1.3f + a.get(i + 60 & 127);
    x = x * 1.1f + a.get(i + 61 & 127) * 1.2f + a.get(i + 62 & 127) * 1.3f + a.get(i + 63 & 127);
    x = x * 1.1f + a.get(i + 64 & 127) * 1.2f + a.get(i + 65 & 127) * 1.3f + a.get(i + 66 & 127);
    x = x * 1.1f + a.get(i + 67 & 127) * 1.2f + a.get(i + 68 & 127) * 1.3f + a.get(i + 69 & 127);
    x = x * 1.1f + a.get(i + 70 & 127) * 1.2f + a.get(i + 71 & 127) * 1.3f + a.get(i + 72 & 127);
    x = x * 1.1f + a.get(i + 73 & 127) * 1.2f + a.get(i + 74 & 127) * 1.3f + a.get(i + 75 & 127);
    x = x * 1.1f + a.get(i + 76 & 127) * 1.2f + a.get(i + 77 & 127) * 1.3f + a.get(i + 78 & 127);
    x = x * 1.1f + a.get(i + 79 & 127) * 1.2f + a.get(i + 80 & 127) * 1.3f + a.get(i + 81 & 127);
    x = x * 1.1f + a.get(i + 82 & 127) * 1.2f + a.get(i + 83 & 127) * 1.3f + a.get(i + 84 & 127);
    x = x * 1.1f + a.get(i + 85 & 127) * 1.2f + a.get(i + 86 & 127) * 1.3f + a.get(i + 87 & 127);
    x = x * 1.1f + a.get(i + 88 & 127) * 1.2f + a.get(i + 89 & 127) * 1.3f + a.get(i + 90 & 127);
    x = x * 1.1f + a.get(i + 91 & 127) * 1.2f + a.get(i + 92 & 127) * 1.3f + a.get(i + 93 & 127);
    x = x * 1.1f + a.get(i + 94 & 127) * 1.2f + a.get(i + 95 & 127) * 1.3f + a.get(i + 96 & 127);
    return x;
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

  public static void lengthOfLocal(KernelContext c, FloatArray a, FloatArray out) {
    float[] tile = c.allocateFloatLocalArray(32);
    tile[c.localIdx] = a.get(c.globalIdx);
    c.localBarrier();
    out.set(c.globalIdx, tile[tile.length - 1 - c.localIdx]);
  }

  public static void ownUnfilled(KernelContext c, FloatArray a, FloatArray out) {
    float[] own = new float[2];
    own[c.globalIdx % 2] = a.get(c.globalIdx);
    out.set(c.globalIdx, own[0]);
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
