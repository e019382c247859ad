package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.PolynomialMath.EXP_2;
import static dev.simoom.kernels.simd.PolynomialMath.EXP_3;
import static dev.simoom.kernels.simd.PolynomialMath.EXP_4;
import static dev.simoom.kernels.simd.PolynomialMath.EXP_5;
import static dev.simoom.kernels.simd.PolynomialMath.EXP_6;
import static dev.simoom.kernels.simd.PolynomialMath.EXP_HIGHEST;
import static dev.simoom.kernels.simd.PolynomialMath.EXP_LOWEST;
import static dev.simoom.kernels.simd.PolynomialMath.LN2_HIGH;
import static dev.simoom.kernels.simd.PolynomialMath.LN2_LOW;
import static dev.simoom.kernels.simd.PolynomialMath.LOG2_E;
import static dev.simoom.kernels.simd.PolynomialMath.ROUNDER;
import static dev.simoom.kernels.simd.VectorCode.FLOATS;
import static dev.simoom.kernels.simd.VectorCode.INTS;

/**
 * Writes elementary functions as sums, products and integer shifts, which every compiler tier
 * rounds alike; the library calls behind the Vector API's own functions differ between tiers.
 *
 * <p>The coefficients are minimax fits of the series' remainders, made with iteratively reweighted
 * least squares. Each method takes the argument's local variable and pushes the result.
 */
final class FunctionEmitter {
  private final VectorCode v;

  FunctionEmitter(VectorCode v) {
    this.v = v;
  }

  /** {@code c[0] + c[1] x + c[2] x^2 ...} for the variable x. */
  private void polynomial(int x, float... c) {
    v.all(c[c.length - 1]);
    for (int i = c.length - 2; i >= 0; i--) {
      v.get(x).all(c[i]).fma();
    }
  }

  /** {@code e^x}: the power of two nearest to it times a polynomial of degree 6. */
  void exp(int x) {
    int scaled = expInRange(x);
    // Above the range, and for NaN, which is in no range, the result is x plus infinity.
    v.get(x).all(Float.POSITIVE_INFINITY).binary(FLOATS, "add");
    v.get(scaled).get(x).compare("LE", EXP_HIGHEST).blend(FLOATS);
    v.all(0f).get(x).compare("LT", EXP_LOWEST).blend(FLOATS);
  }

  /** {@code e^x} for x whose exponential is a normal number; returns the variable. */
  private int expInRange(int x) {
    int shifted = v.get(x).all(LOG2_E).all(ROUNDER).fma().keep();
    int n = v.get(shifted).all(ROUNDER).binary(FLOATS, "sub").keep();
    v.get(n).all(-LN2_HIGH).get(x).fma();
    int high = v.keep();
    int r = v.get(n).all(-LN2_LOW).get(high).fma().keep();
    polynomial(r, EXP_2, EXP_3, EXP_4, EXP_5, EXP_6);
    int p = v.keep();
    v.get(r).get(r).binary(FLOATS, "mul");
    int square = v.keep();
    v.get(p).get(square).get(r).fma();
    v.all(1f).binary(FLOATS, "add").bits();
    v.get(shifted).bits().shift("LSHL", 23).binary(INTS, "add").real();
    return v.keep();
  }

  /** The natural logarithm: exponent times log 2 and a polynomial in the mantissa less 1. */
  void log(int x) {
    int tiny = v.get(x).compare("LT", Float.MIN_NORMAL).keep();
    v.get(x).get(x).all(0x1p23f).binary(FLOATS, "mul").get(tiny).blend(FLOATS).bits();
    int bits = v.keep();
    // Half the square root of two has these bits: mantissas lie between it and its double.
    v.get(bits).all(0x3f3504f3).binary(INTS, "sub").shift("ASHR", 23);
    int e = v.keep();
    v.get(bits).get(e).shift("LSHL", 23).binary(INTS, "sub").real();
    int f = v.all(1f).binary(FLOATS, "sub").keep();
    v.get(e).convert("I2F", FLOATS);
    int exponent = v.keep();
    v.get(exponent).get(exponent).all(23f).binary(FLOATS, "sub").get(tiny).blend(FLOATS);
    int n = v.keep();
    polynomial(
        f,
        0.33333313f,
        -0.2500001f,
        0.20002119f,
        -0.16667996f,
        0.14219551f,
        -0.124055915f,
        0.11888175f,
        -0.11675641f,
        0.06746601f);
    int p = v.keep();
    int square = v.get(f).get(f).binary(FLOATS, "mul").keep();
    v.get(p).get(f).binary(FLOATS, "mul").all(-0.5f).binary(FLOATS, "add");
    int q = v.keep();
    v.get(n).all(LN2_LOW).binary(FLOATS, "mul");
    int low = v.keep();
    v.get(q).get(square).get(low).fma();
    v.get(f).binary(FLOATS, "add");
    int rest = v.keep();
    v.get(n).all(LN2_HIGH).get(rest).fma();
    v.all(Float.NEGATIVE_INFINITY).get(x).compare("EQ", 0f).blend(FLOATS);
    v.all(Float.NaN).get(x).compare("LT", 0f).blend(FLOATS);
    int result = v.keep();
    // Positive infinity and NaN are their own logarithms.
    v.get(result).get(x).get(x).compare("GT", Float.MAX_VALUE).blend(FLOATS);
    v.get(x).get(x).get(x).compare(FLOATS, "NE").blend(FLOATS);
  }

  /** The hyperbolic tangent: a polynomial near 0, {@code 1 - 2 / (e^2|x| + 1)} elsewhere. */
  void tanh(int x) {
    int a = v.get(x).unary(FLOATS, "abs").keep();
    v.get(a).get(a).binary(FLOATS, "add");
    v.all(20f).get(a).compare("GT", 10f).blend(FLOATS);
    int twice = v.keep();
    int e = expInRange(twice);
    v.all(1f).all(2f).get(e).all(1f).binary(FLOATS, "add").binary(FLOATS, "div");
    int far = v.binary(FLOATS, "sub").keep();
    int u = v.get(x).get(x).binary(FLOATS, "mul").keep();
    polynomial(u, -0.3333333f, 0.133332f, -0.053945992f, 0.02169607f, -0.008165033f, 0.002130902f);
    int p = v.keep();
    int cube = v.get(u).get(a).binary(FLOATS, "mul").keep();
    v.get(far).get(p).get(cube).get(a).fma().get(a).compare("LT", 0.625f).blend(FLOATS).bits();
    v.get(x).bits().all(Integer.MIN_VALUE).binary(INTS, "and").binary(INTS, "or").real();
    v.get(x).get(x).get(x).compare(FLOATS, "NE").blend(FLOATS);
  }

  /**
   * The sine, or the cosine as the sine a quarter turn further: the angle less whole quarter turns
   * (in three parts), then the polynomial that belongs to the quadrant. Good to 2e-7 up to angles
   * of a million; NaN beyond six million.
   */
  void sine(int x, boolean cosine) {
    int shifted = v.get(x).all(0.63661975f).all(ROUNDER).fma().keep();
    int n = v.get(shifted).all(ROUNDER).binary(FLOATS, "sub").keep();
    int r1 = v.get(n).all(-0x1.921fb6p0f).get(x).fma().keep();
    int r2 = v.get(n).all(0x1.777a5cp-25f).get(r1).fma().keep();
    int r = v.get(n).all(0x1.ee59dap-50f).get(r2).fma().keep();
    int u = v.get(r).get(r).binary(FLOATS, "mul").keep();
    polynomial(u, -0.16666667f, 0.008333329f, -0.00019839256f, 2.7175645e-06f);
    int p = v.keep();
    int cube = v.get(u).get(r).binary(FLOATS, "mul").keep();
    int odd = v.get(p).get(cube).get(r).fma().keep();
    polynomial(u, -0.5f, 0.041666668f, -0.0013888883f, 2.4799436e-05f, -2.72033e-07f);
    int q = v.keep();
    int even = v.get(q).get(u).all(1f).fma().keep();
    v.get(shifted).bits();
    int quadrant = cosine ? v.all(1).binary(INTS, "add").keep() : v.keep();
    v.get(odd).get(even);
    v.get(quadrant).all(1).binary(INTS, "and").compare("NE", 0).floatSpecies().castMask();
    v.blend(FLOATS).bits().operator("XOR");
    v.get(quadrant).all(2).binary(INTS, "and").shift("LSHL", 30).operate().real();
    v.all(Float.NaN).get(x).unary(FLOATS, "abs").compare("GT", 6e6f).blend(FLOATS);
    v.get(x).get(x).get(x).compare(FLOATS, "NE").blend(FLOATS);
  }
}
