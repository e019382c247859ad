package dev.simoom.kernels.simd;

/**
 * Constants of the exponential and the logarithm as kernels compute them: with adds, multiplies and
 * fused multiply-adds alone, whose bits are the same in every tier of the compiler.
 *
 * <p>exp(x) = 2^n exp(r) with n = x / ln 2 rounded to nearest and r = x - n ln 2, subtracted in two
 * parts (Cody and Waite); exp(r) = 1 + r + r^2 (EXP_2 + EXP_3 r + ... + EXP_6 r^4), a minimax fit
 * on [-ln 2 / 2, ln 2 / 2] with relative error 6e-9. log(x) = e ln 2 + 2 artanh((f - 1) / (f + 1))
 * with x = 2^e f and f in [sqrt 1/2, sqrt 2), by the series of artanh to the eleventh power,
 * absolute error of its cut below 1e-10. 2^x = 2^n 2^r with n = x rounded to nearest and r = x - n,
 * which is exact; 2^r = 1 + r (EXP2_1 + EXP2_2 r + ... + EXP2_6 r^5), a minimax fit on [-1/2, 1/2]
 * with relative error 2e-9.
 */
final class PolynomialMath {
  /** 1 / ln 2. */
  static final float LOG2_E = 0x1.715476p0f;

  static final float LN2 = 0x1.62e43p-1f;

  /** The leading bits of ln 2, few enough that a product with an exponent is exact. */
  static final float LN2_HIGH = 0x1.63p-1f;

  /** ln 2 less {@link #LN2_HIGH}. */
  static final float LN2_LOW = -0x1.bd0106p-13f;

  /**
   * 1.5 times 2^23: adding it rounds a small number to an integer, which then is in the low bits.
   */
  static final float ROUNDER = 0x1.8p23f;

  /** Below this the result of exp would be subnormal; it is 0. */
  static final float EXP_LOWEST = -0x1.5d589ep6f;

  /** Above this the result of exp is infinite. */
  static final float EXP_HIGHEST = 0x1.62e42ep6f;

  static final float EXP_2 = 0.5f;
  static final float EXP_3 = 0x1.555488p-3f;
  static final float EXP_4 = 0x1.555454p-5f;
  static final float EXP_5 = 0x1.124136p-7f;
  static final float EXP_6 = 0x1.6dbc4cp-10f;

  /** Below this the result of 2^x would be subnormal; it is 0. */
  static final float EXP2_LOWEST = -125.5f;

  static final float EXP2_1 = 0x1.62e430p-1f;
  static final float EXP2_2 = 0x1.ebfbdcp-3f;
  static final float EXP2_3 = 0x1.c6aee8p-5f;
  static final float EXP2_4 = 0x1.3b2d4cp-7f;
  static final float EXP2_5 = 0x1.5f3e54p-10f;
  static final float EXP2_6 = 0x1.41fbbcp-13f;

  /** Bits of 1. */
  static final int ONE_BITS = 0x3f800000;

  /** Bits of the square root of 1/2. */
  static final int SQRT_HALF_BITS = 0x3f3504f3;

  /** Position of the exponent in the bits of a float. */
  static final int EXPONENT_SHIFT = 23;

  static final float LOG_3 = 2f / 3;
  static final float LOG_5 = 2f / 5;
  static final float LOG_7 = 2f / 7;
  static final float LOG_9 = 2f / 9;
  static final float LOG_11 = 2f / 11;

  private PolynomialMath() {}
}
