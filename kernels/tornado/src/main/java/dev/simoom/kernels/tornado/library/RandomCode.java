package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Device code of random numbers: an item for each block of four words of Philox 4x32-10. */
public final class RandomCode {
  private static final float UNIT = 0x1p-24f;

  private RandomCode() {}

  /**
   * Uniform or normal numbers.
   *
   * @param key seed and step
   * @param normal 1 for normal ones
   */
  public static void randomNumbers(
      KernelContext context,
      IntArray key,
      FloatArray out,
      int keyStart,
      int outStart,
      int elements,
      int normal,
      int stream) {
    int block = context.globalIdx;
    if (block < (elements + 3) / 4) {
      int x0 = block;
      int x1 = 0;
      int x2 = stream;
      int x3 = key.get(keyStart + 2);
      int k0 = key.get(keyStart);
      int k1 = key.get(keyStart + 1);
      for (int round = 0; round < 10; round++) {
        long p0 = (x0 & 0xffffffffL) * 0xD2511F53L;
        long p1 = (x2 & 0xffffffffL) * 0xCD9E8D57L;
        x0 = (int) (p1 >> 32) ^ x1 ^ k0;
        x1 = (int) p1;
        x2 = (int) (p0 >> 32) ^ x3 ^ k1;
        x3 = (int) p0;
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
      }
      int to = outStart + 4 * block;
      int end = outStart + elements;
      put(out, to, end, normal == 1 ? radius(x0) * cosine(x1, 0) : uniform(x0));
      put(out, to + 1, end, normal == 1 ? radius(x0) * cosine(x1, 0.25f) : uniform(x1));
      put(out, to + 2, end, normal == 1 ? radius(x2) * cosine(x3, 0) : uniform(x2));
      put(out, to + 3, end, normal == 1 ? radius(x2) * cosine(x3, 0.25f) : uniform(x3));
    }
  }

  /** Writes a number if there is room. */
  public static void put(FloatArray out, int index, int end, float value) {
    if (index < end) {
      out.set(index, value);
    }
  }

  /** A number in [0, 1) made of the upper 24 bits. */
  public static float uniform(int word) {
    return (word >> 8 & 0xffffff) * UNIT;
  }

  /** How far from the origin a pair of normal numbers lies. */
  public static float radius(int word) {
    return TornadoMath.sqrt(-2 * TornadoMath.log(((word >> 8 & 0xffffff) + 1) * UNIT));
  }

  /**
   * The cosine of a random angle, by a minimax polynomial of {@code sin(2 pi z) / z} up to a
   * quarter turn, 6e-9 relative; all before the polynomial is exact.
   *
   * @param behind turns to be taken off the angle: a quarter for its sine
   */
  public static float cosine(int word, float behind) {
    float turns = uniform(word) - behind;
    if (turns >= 0.5f) {
      turns -= 1;
    }
    float z = 0.25f - (turns < 0 ? -turns : turns);
    float square = z * z;
    float s = 39.71092f;
    s = s * square - 76.57499f;
    s = s * square + 81.602234f;
    s = s * square - 41.34168f;
    s = s * square + 6.2831855f;
    return s * z;
  }
}
