package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.function.DoubleFunction;

/** NumPy's way to write floating-point numbers so that those of one array line up. */
final class FloatFormat {
  private static final int PRECISION = 8;
  private static final int MAX_DIGITS = 9;

  /** Below this, numbers are written with an exponent. */
  private static final double SMALL = 1e-4;

  /** If the largest is more times the smallest than this, numbers are written with an exponent. */
  private static final double RATIO = 1000;

  private FloatFormat() {}

  /** Text of a number that stands alone. */
  static String scalar(DType dtype, double value) {
    if (!Double.isFinite(value)) {
      return nonFinite(value);
    }
    double size = Math.abs(value);
    if (size != 0 && (size < SMALL || size >= large(dtype))) {
      Digits digits = Digits.scientific(dtype, value, 0);
      String fraction = digits.fraction().isEmpty() ? "" : "." + digits.fraction();
      return digits.whole() + fraction + exponent(digits.exponent(), 2);
    }
    BigDecimal shortest = shortest(dtype, value);
    BigDecimal shown = shortest.scale() < 1 ? shortest.setScale(1) : shortest;
    return sign(value) + shown.abs().toPlainString();
  }

  /** The format that the given numbers of one array share. */
  static DoubleFunction<String> of(DType dtype, double[] values) {
    double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
    double[] sizes = Arrays.stream(finite).map(Math::abs).filter(x -> x != 0).toArray();
    boolean scientific = isScientific(dtype, sizes);
    int whole = 0;
    int fraction = 0;
    int exponent = 0;
    for (double value : finite) {
      Digits digits =
          scientific ? Digits.scientific(dtype, value, 0) : Digits.positional(dtype, value);
      whole = Math.max(whole, digits.whole().length());
      fraction = Math.max(fraction, digits.fraction().length());
      exponent = Math.max(exponent, exponentDigits(digits.exponent()));
    }
    // "e+" stands before the exponent's digits.
    int tail = fraction + (scientific ? 2 + exponent : 0);
    for (double value : values) {
      if (!Double.isFinite(value)) {
        whole = Math.max(whole, nonFinite(value).length() - tail - 1);
      }
    }
    int width = whole + 1 + tail;
    int fractionDigits = fraction;
    int exponentDigits = exponent;
    return value -> {
      if (!Double.isFinite(value)) {
        return TensorFormat.padLeft(nonFinite(value), width);
      }
      if (scientific) {
        Digits digits = Digits.scientific(dtype, value, fractionDigits);
        String text = digits.whole() + "." + digits.fraction();
        return TensorFormat.padLeft(text + exponent(digits.exponent(), exponentDigits), width);
      }
      Digits digits = Digits.positional(dtype, value);
      String padding = " ".repeat(fractionDigits - digits.fraction().length());
      return TensorFormat.padLeft(digits.whole() + "." + digits.fraction() + padding, width);
    };
  }

  private static boolean isScientific(DType dtype, double[] sizes) {
    if (sizes.length == 0) {
      return false;
    }
    double max = Arrays.stream(sizes).max().getAsDouble();
    double min = Arrays.stream(sizes).min().getAsDouble();
    return max >= large(dtype) || min < round(dtype, SMALL) || round(dtype, max / min) > RATIO;
  }

  /**
   * From here on, numbers are written with an exponent: ten to the digits the type surely holds.
   */
  private static double large(DType dtype) {
    return dtype == DType.F16 ? 1e3 : 1e6;
  }

  private static double round(DType dtype, double value) {
    return switch (dtype) {
      case F16 -> Float.float16ToFloat(Float.floatToFloat16((float) value));
      // NumPy has no bfloat16; its thresholds here are those of float32.
      default -> (float) value;
    };
  }

  /** Whether text that reads as {@code candidate} stands for {@code value}. */
  private static boolean isRead(DType dtype, BigDecimal candidate, double value) {
    float read = candidate.floatValue();
    return switch (dtype) {
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(read)) == value;
      case BF16 -> {
        int bits = Float.floatToRawIntBits(read);
        yield Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000) == value;
      }
      default -> read == value;
    };
  }

  /** The number with the fewest digits that no other value of the type is nearer to. */
  private static BigDecimal shortest(DType dtype, double value) {
    if (value == 0) {
      return BigDecimal.ZERO;
    }
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < MAX_DIGITS; digits++) {
      BigDecimal candidate = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (isRead(dtype, candidate, value)) {
        return candidate.stripTrailingZeros();
      }
    }
    return exact.round(new MathContext(MAX_DIGITS, RoundingMode.HALF_EVEN)).stripTrailingZeros();
  }

  private static String sign(double value) {
    return 1 / value < 0 || value < 0 ? "-" : "";
  }

  private static String nonFinite(double value) {
    return Double.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  }

  private static int exponentDigits(int exponent) {
    return Math.max(2, Integer.toString(Math.abs(exponent)).length());
  }

  private static String exponent(int exponent, int digits) {
    String number = Integer.toString(Math.abs(exponent));
    String zeros = "0".repeat(Math.max(0, digits - number.length()));
    return (exponent < 0 ? "e-" : "e+") + zeros + number;
  }

  /**
   * A number cut into its parts.
   *
   * @param whole sign and digits before the point
   * @param fraction digits after the point, none for a whole number
   * @param exponent power of ten to multiply by
   */
  private record Digits(String whole, String fraction, int exponent) {
    static Digits positional(DType dtype, double value) {
      BigDecimal shown = shortest(dtype, value);
      if (shown.scale() > PRECISION) {
        shown = new BigDecimal(value).setScale(PRECISION, RoundingMode.HALF_EVEN);
        shown = shown.stripTrailingZeros();
      }
      BigInteger whole = shown.toBigInteger();
      String plain = shown.abs().toPlainString();
      int point = plain.indexOf('.');
      String fraction = point < 0 ? "" : plain.substring(point + 1);
      return new Digits(sign(value) + whole.abs(), fraction, 0);
    }

    /**
     * One digit before the point.
     *
     * @param fractionDigits if the shortest text has fewer, digits of the exact value follow
     */
    static Digits scientific(DType dtype, double value, int fractionDigits) {
      if (value == 0) {
        return new Digits(sign(value) + "0", "0".repeat(fractionDigits), 0);
      }
      BigDecimal shown = shortest(dtype, value);
      if (shown.precision() < 1 + fractionDigits) {
        shown =
            new BigDecimal(value)
                .round(new MathContext(1 + fractionDigits, RoundingMode.HALF_EVEN));
      }
      String digits = shown.unscaledValue().abs().toString();
      String fraction = digits.substring(1);
      String zeros = "0".repeat(Math.max(0, fractionDigits - fraction.length()));
      int exponent = shown.precision() - shown.scale() - 1;
      return new Digits(sign(value) + digits.charAt(0), fraction + zeros, exponent);
    }
  }
}
