package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/**
 * Device code that converts the storage types F16 and BF16 from and to F32 by arithmetic, since it
 * cannot look at the bits of a float.
 *
 * <p>Widening is exact. Narrowing rounds to nearest, ties to even, and beyond the largest number to
 * infinity; a NaN stays one. Numbers that are subnormal as F32 come out right where the device
 * keeps such numbers.
 */
public final class Halves {
  private static final float TO_16 = 0x1p16f;
  private static final float TO_32 = 0x1p32f;
  private static final float TO_64 = 0x1p64f;

  private Halves() {}

  /** Reads an F16. */
  public static float loadHalf(ShortArray array, int index) {
    return halfToFloat(array.get(index));
  }

  /** Reads a BF16. */
  public static float loadBfloat(ShortArray array, int index) {
    return bfloatToFloat(array.get(index));
  }

  /** The number that the bits of an F16 stand for. */
  public static float halfToFloat(short bits) {
    int exponent = (bits >> 10) & 31;
    int digits = bits & 1023;
    float magnitude;
    if (exponent == 0) {
      magnitude = digits * 0x1p-24f;
    } else {
      magnitude = (1024 + digits) * (float) (1 << (exponent & 15)) * 0x1p-25f;
      if (exponent >= 16) {
        magnitude *= TO_16;
      }
      if (exponent == 31) {
        magnitude = special(bits, digits);
      }
    }
    return bits < 0 ? -magnitude : magnitude;
  }

  /** The number that the bits of a BF16 stand for. */
  public static float bfloatToFloat(short bits) {
    int exponent = (bits >> 7) & 255;
    int digits = bits & 127;
    float magnitude;
    if (exponent == 0) {
      magnitude = digits * 0x1p-64f * 0x1p-69f;
    } else {
      // 2^exponent bit by bit, in an order in which nothing on the way overflows or is subnormal.
      magnitude = (128 + digits) * (float) (1 << (exponent & 15)) * 0x1p-6f;
      if (exponent < 128) {
        magnitude *= 0x1p-64f;
      }
      if ((exponent & 64) != 0) {
        magnitude *= TO_64;
      }
      if ((exponent & 32) != 0) {
        magnitude *= TO_32;
      }
      if ((exponent & 16) != 0) {
        magnitude *= TO_16;
      }
      if (exponent < 128) {
        magnitude *= 0x1p-64f;
      }
      if (exponent == 255) {
        magnitude = special(bits, digits);
      }
    }
    return bits < 0 ? -magnitude : magnitude;
  }

  /**
   * Infinity without digits, NaN with some: by an overflow, for the compiler would fold constants
   * to a NaN, which it cannot write. The bits but for the sign are at least 2^14.
   */
  public static float special(short bits, int digits) {
    float infinity = (bits & 0x7fff) * 0x1p127f;
    return digits == 0 ? infinity : infinity - infinity;
  }

  /** The bits of the nearest F16. */
  public static short floatToHalf(float value) {
    float magnitude = value < 0 ? -value : value;
    int bits;
    if (magnitude != magnitude) {
      bits = 0x7e00;
    } else if (magnitude >= 65520) {
      bits = 0x7c00;
    } else if (magnitude < 0x1p-14f) {
      bits = nearestEven(magnitude * 0x1p24f);
    } else {
      float scaled = magnitude * 0x1p14f;
      int exponent = 0;
      if (scaled >= TO_16) {
        scaled *= 0x1p-16f;
        exponent = 16;
      }
      if (scaled >= 0x1p8f) {
        scaled *= 0x1p-8f;
        exponent += 8;
      }
      if (scaled >= 0x1p4f) {
        scaled *= 0x1p-4f;
        exponent += 4;
      }
      if (scaled >= 0x1p2f) {
        scaled *= 0x1p-2f;
        exponent += 2;
      }
      if (scaled >= 2) {
        scaled *= 0.5f;
        exponent += 1;
      }
      // The leading digit is the 1 that the exponent's field wants, and a carry is right in it.
      bits = (exponent << 10) + nearestEven(scaled * 1024);
    }
    return (short) (bits | signBit(value));
  }

  /** The bits of the nearest BF16. */
  public static short floatToBfloat(float value) {
    float magnitude = value < 0 ? -value : value;
    int bits;
    if (magnitude != magnitude) {
      bits = 0x7fc0;
    } else if (magnitude == Float.POSITIVE_INFINITY) {
      bits = 0x7f80;
    } else if (magnitude < 0x1p-126f) {
      bits = nearestEven(magnitude * TO_64 * 0x1p69f);
    } else {
      float scaled = magnitude;
      int exponent = 126;
      if (magnitude < 1) {
        scaled = magnitude * 0x1p126f;
        exponent = 0;
      }
      if (scaled >= TO_64) {
        scaled *= 0x1p-64f;
        exponent += 64;
      }
      if (scaled >= TO_32) {
        scaled *= 0x1p-32f;
        exponent += 32;
      }
      if (scaled >= TO_16) {
        scaled *= 0x1p-16f;
        exponent += 16;
      }
      if (scaled >= 0x1p8f) {
        scaled *= 0x1p-8f;
        exponent += 8;
      }
      if (scaled >= 0x1p4f) {
        scaled *= 0x1p-4f;
        exponent += 4;
      }
      if (scaled >= 0x1p2f) {
        scaled *= 0x1p-2f;
        exponent += 2;
      }
      if (scaled >= 2) {
        scaled *= 0.5f;
        exponent += 1;
      }
      bits = (exponent << 7) + nearestEven(scaled * 128);
    }
    return (short) (bits | signBit(value));
  }

  /** A number of at least 0 and below 2^23, rounded to an integer, ties to even. */
  public static int nearestEven(float value) {
    int whole = (int) value;
    float rest = value - whole;
    int more = rest > 0.5f ? 1 : 0;
    int tie = rest == 0.5f ? 1 : 0;
    return whole + (more | (tie & whole));
  }

  /** Of 0 too the sign shows, in its reciprocal. */
  public static int signBit(float value) {
    float signed = value == 0 ? 1 / value : value;
    return signed < 0 ? 0x8000 : 0;
  }
}
