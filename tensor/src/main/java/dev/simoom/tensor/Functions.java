package dev.simoom.tensor;

import dev.simoom.kernels.DType;

/** Functions of one number, written with those that kernels know. */
final class Functions {
  /** From here on all real numbers in F32 are whole. */
  private static final double ALL_WHOLE = 0x1p23;

  private Functions() {}

  /** The value of a polynomial, highest coefficient first. */
  private static Tensor polynomial(Tensor x, double... coefficients) {
    Tensor y = Tensor.scalar(coefficients[0]);
    for (int i = 1; i < coefficients.length; i++) {
      y = y.mul(x).add(coefficients[i]);
    }
    return y;
  }

  /**
   * Below 1 {@code x P(x^2)}, above {@code 1 - e^Q(x)}: minimax polynomials, weighted least squares
   * with Lawson's weights (relative error 4e-8 for P, absolute error of erf 1e-9 for Q). In F32 the
   * largest error is 1.2e-7, two units in the last place. At 4 the result has become 1.
   */
  static Tensor erf(Tensor x) {
    Ops.requireReal("erf", x);
    Tensor inside = x.clamp(-4, 4);
    Tensor size = inside.abs();
    Tensor small =
        inside.mul(
            polynomial(
                inside.square(),
                -5.631481394e-04,
                4.917567864e-03,
                -2.671132796e-02,
                1.128018085e-01,
                -3.761232632e-01,
                1.128379123e+00));
    Tensor logComplement =
        polynomial(
            size,
            1.855741350e-04,
            -2.939608497e-03,
            2.180532297e-02,
            -1.030373782e-01,
            -6.382256667e-01,
            -1.127040042e+00,
            -3.537179967e-04);
    Tensor large = Tensor.scalar(1).sub(logComplement.exp());
    return Tensor.where(size.lt(1), small, Tensor.where(inside.lt(0), large.neg(), large));
  }

  static Tensor sign(Tensor x) {
    Ops.requireNumbers("sign", x);
    Tensor zero = Ops.like(x, 0);
    return Tensor.where(
        x.gt(zero), Ops.like(x, 1), Tensor.where(x.lt(zero), Ops.like(x, -1), zero));
  }

  static Tensor floor(String op, Tensor x) {
    Ops.requireNumbers(op, x);
    if (x.dtype() == DType.I32) {
      return x;
    }
    Tensor value = x.cast(DType.F32).stopGradient();
    Tensor cut = value.cast(DType.I32).cast(DType.F32);
    Tensor below = cut.sub(cut.gt(value).cast(DType.F32));
    return Tensor.where(value.abs().lt(ALL_WHOLE), below, value);
  }

  static Tensor ceil(Tensor x) {
    Ops.requireNumbers("ceil", x);
    return floor("ceil", x.neg()).neg();
  }

  static Tensor round(Tensor x) {
    Tensor below = floor("round", x);
    if (x.dtype() == DType.I32) {
      return below;
    }
    Tensor rest = x.stopGradient().sub(below);
    Tensor half = below.mul(0.5);
    Tensor isOdd = floor("round", half).ne(half);
    Tensor isUp = rest.gt(0.5).or(rest.eq(Tensor.scalar(0.5)).and(isOdd));
    return below.add(isUp.cast(DType.F32));
  }

  static Tensor xor(Tensor a, Tensor b) {
    if (a.dtype() != DType.BOOL || b.dtype() != DType.BOOL) {
      throw Ops.bad("xor", "truth values (BOOL) are needed", a, b);
    }
    return a.or(b).and(a.and(b).not());
  }

  static Tensor isNaN(Tensor x) {
    Ops.requireNumbers("isNaN", x);
    return x.ne(x);
  }

  static Tensor isFinite(Tensor x) {
    Ops.requireNumbers("isFinite", x);
    return x.sub(x).eq(Ops.like(x, 0));
  }
}
