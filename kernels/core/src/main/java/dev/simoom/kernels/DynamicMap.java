package dev.simoom.kernels;

/**
 * The dynamic map of 8-bit optimizer states (Dettmers et al., "8-bit Optimizers via Block-wise
 * Quantization", arXiv 2110.02861): 256 numbers, close together near 0 and 0.9 % apart near 1.
 *
 * <p>For i from 0 to 6 it has the midpoints of equal intervals of [0.1, 1] times 10^(i-6), {@code
 * 2^i} of them with both signs where it is signed, {@code 2^(i+1)} where it is not; and 0 and 1.
 * The numbers above 0 are counted from 1, so a byte of a signed map is that count, or its negative,
 * in two's complement, and -128 stands for 1; a byte of the other map is the count. Zeroed memory
 * is all 0.
 *
 * <p>Four bytes make an integer, the first in its lowest bits. Everything is in single precision
 * and in one order of operations, so that all backends agree to the bit. The methods use nothing
 * that a device lacks.
 */
public final class DynamicMap {
  /** {@code 8 / 9}: makes the count of a place in [0.1, 1] begin at the power of two. */
  public static final float BASE = 8f / 9;

  private DynamicMap() {}

  /** Power of ten at the end of the i-th interval. */
  public static float scale(int i) {
    return i == 0
        ? 1e-6f
        : i == 1 ? 1e-5f : i == 2 ? 1e-4f : i == 3 ? 1e-3f : i == 4 ? 1e-2f : i == 5 ? 0.1f : 1;
  }

  /** Half of the smallest number above 0: what is smaller becomes 0. */
  public static float least(boolean signed) {
    return signed ? 0.275e-6f : 0.1625e-6f;
  }

  /** From here on the nearest number is 1. */
  public static float most(boolean signed) {
    return signed ? 0.996484375f : 0.9982421875f;
  }

  /** Midpoint between the last number of one interval and the first of the i-th. */
  public static float threshold(int i, boolean signed) {
    float power = 1 << i;
    return 0.1f * scale(i) * (1 + (signed ? 1.8f : 0.9f) / power);
  }

  /** How many numbers the i-th interval has. */
  public static float count(int i, boolean signed) {
    return (signed ? 1 : 2) << i;
  }

  /** Numbers in the i-th interval for each unit of length. */
  public static float density(int i, boolean signed) {
    return count(i, signed) / (0.9f * scale(i));
  }

  /**
   * The number that a byte of a signed map stands for.
   *
   * @param word four bytes
   * @param index which, of which the lowest two bits count
   */
  public static float signed(int word, int index) {
    int code = word >> 8 * (index & 3) & 255;
    int count = code > 128 ? 256 - code : code;
    float size = size(2 * count + 1);
    return code > 128 ? -size : size;
  }

  /** The number that a byte of an unsigned map stands for. */
  public static float unsigned(int word, int index) {
    int code = word >> 8 * (index & 3) & 255;
    return size(code + 1.5f);
  }

  /** The number at a place, where 2^(i+1) is the start of the i-th interval. */
  public static float size(float place) {
    float scale = 1e-6f;
    float inverse = 0.5f;
    for (int i = 1; i < 7; i++) {
      if (place >= 2 << i) {
        scale = scale(i);
        inverse *= 0.5f;
      }
    }
    float size = ((place * inverse - 1) * 0.9f + 0.1f) * scale;
    return place < 2 ? 0 : place >= 256 ? 1 : size;
  }

  /**
   * The byte whose number is nearest, in its place in a word. A negative number never becomes 0; of
   * two numbers as near the larger is taken; NaN becomes 0.
   *
   * @param x a number, in [-1, 1] unless it is to be cut to that
   * @param index which byte, of which the lowest two bits count
   */
  public static int packSigned(float x, int index) {
    int count = nearest(x < 0 ? -x : x, true);
    int code = x < 0 ? 256 - (count < 1 ? 1 : count > 127 ? 127 : count) : count;
    return code << 8 * (index & 3);
  }

  /** The same for numbers in [0, 1]; negative ones become 0. */
  public static int packUnsigned(float x, int index) {
    return nearest(x, false) << 8 * (index & 3);
  }

  /** The count of the nearest number, up to 128 where the map is signed and 255 where not. */
  public static int nearest(float number, boolean signed) {
    // To a device a NaN is at least as large as anything.
    float x = number == number ? number : 0;
    float density = density(0, signed);
    float count = count(0, signed);
    for (int i = 1; i < 7; i++) {
      if (x >= threshold(i, signed)) {
        density = density(i, signed);
        count = count(i, signed);
      }
    }
    int code = (int) (x * density + count * BASE);
    int last = (int) (count + count - 1);
    code = code > last ? last : code;
    if (!signed) {
      code--;
    }
    if (x >= most(signed)) {
      return signed ? 128 : 255;
    }
    return x >= least(signed) ? code : 0;
  }
}
