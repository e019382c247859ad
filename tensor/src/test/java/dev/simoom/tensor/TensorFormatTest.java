package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.DType;
import org.junit.jupiter.api.Test;

/** The expected texts are what {@code print} of NumPy 2.4.6 gives. */
class TensorFormatTest {
  private static String lines(String... lines) {
    return String.join("\n", lines);
  }

  private static String floats(Shape shape, double... values) {
    return TensorFormat.format(shape, DType.F32, i -> (float) values[(int) i]);
  }

  private static String floats(double... values) {
    return floats(Shape.of(values.length), values);
  }

  private static String range(DType dtype, int start, long... extents) {
    return TensorFormat.format(Shape.of(extents), dtype, i -> start + i);
  }

  @Test
  void scalars() {
    assertThat(floats(Shape.SCALAR, 3.14)).isEqualTo("3.14");
    assertThat(floats(Shape.SCALAR, 1)).isEqualTo("1.0");
    assertThat(floats(Shape.SCALAR, -0.0)).isEqualTo("-0.0");
    assertThat(floats(Shape.SCALAR, 123456.7)).isEqualTo("123456.7");
    assertThat(floats(Shape.SCALAR, 1e6)).isEqualTo("1e+06");
    assertThat(floats(Shape.SCALAR, 16777217)).isEqualTo("1.6777216e+07");
    assertThat(floats(Shape.SCALAR, 1e-4)).isEqualTo("1e-04");
    assertThat(floats(Shape.SCALAR, 1e-45)).isEqualTo("1e-45");
    assertThat(floats(Shape.SCALAR, Double.NaN)).isEqualTo("nan");
    assertThat(floats(Shape.SCALAR, Double.NEGATIVE_INFINITY)).isEqualTo("-inf");
    assertThat(range(DType.I32, -7)).isEqualTo("-7");
    assertThat(range(DType.BOOL, 1)).isEqualTo("True");
    assertThat(range(DType.BOOL, 0)).isEqualTo("False");
    assertThat(TensorFormat.format(Shape.SCALAR, DType.F16, i -> 65504)).isEqualTo("6.55e+04");
  }

  @Test
  void emptyArrays() {
    assertThat(floats()).isEqualTo("[]");
    assertThat(range(DType.I32, 0, 3, 0, 2)).isEqualTo("[]");
  }

  @Test
  void columnsLineUpAtThePoint() {
    assertThat(floats(Shape.of(2, 3), 1, 2.5, -3, 0.1, 0.2, 100))
        .isEqualTo(lines("[[  1.    2.5  -3. ]", " [  0.1   0.2 100. ]]"));
    assertThat(floats(0.00012345678, 0.1)).isEqualTo("[0.00012346 0.1       ]");
  }

  @Test
  void blocksOfHigherRank() {
    assertThat(range(DType.F32, 0, 2, 3, 4))
        .isEqualTo(
            lines(
                "[[[ 0.  1.  2.  3.]",
                "  [ 4.  5.  6.  7.]",
                "  [ 8.  9. 10. 11.]]",
                "",
                " [[12. 13. 14. 15.]",
                "  [16. 17. 18. 19.]",
                "  [20. 21. 22. 23.]]]"));
    assertThat(floats(Shape.of(1, 1, 1, 2), 0, 0)).isEqualTo("[[[[0. 0.]]]]");
  }

  @Test
  void exponentsWhereMagnitudesAskForThem() {
    assertThat(floats(1e6, 1)).isEqualTo("[1.e+06 1.e+00]");
    assertThat(floats(999999, 1000)).isEqualTo("[999999.   1000.]");
    assertThat(floats(Float.MIN_VALUE, Float.MAX_VALUE)).isEqualTo("[1.4012985e-45 3.4028235e+38]");
    assertThat(floats(0.3, 1.23456789e-7, Double.NaN, Double.NEGATIVE_INFINITY))
        .isEqualTo("[3.0000001e-01 1.2345679e-07           nan          -inf]");
  }

  @Test
  void numbersThatAreNotFinite() {
    assertThat(floats(Double.NaN, 1, Double.NEGATIVE_INFINITY, -0.0))
        .isEqualTo("[ nan   1. -inf  -0.]");
    assertThat(floats(Double.NaN, Double.NaN)).isEqualTo("[nan nan]");
  }

  @Test
  void halfPrecisionShowsItsOwnDigits() {
    double[] values = {0.1, 1 / 3.0, 1000};
    assertThat(
            TensorFormat.format(
                Shape.of(3),
                DType.F16,
                i -> Float.float16ToFloat(Float.floatToFloat16((float) values[(int) i]))))
        .isEqualTo("[9.998e-02 3.333e-01 1.000e+03]");
    assertThat(
            TensorFormat.format(
                Shape.of(2),
                DType.BF16,
                i -> Float.intBitsToFloat(i == 0 ? 0x3dcd0000 : 0x40490000)))
        .isEqualTo("[0.1  3.14]");
  }

  @Test
  void longLinesAreWrapped() {
    assertThat(TensorFormat.format(Shape.of(16), DType.F32, i -> (float) (-1 + 2 * i / 15.0)))
        .isEqualTo(
            lines(
                "[-1.         -0.8666667  -0.73333335 -0.6        -0.46666667 -0.33333334",
                " -0.2        -0.06666667  0.06666667  0.2         0.33333334  0.46666667",
                "  0.6         0.73333335  0.8666667   1.        ]"));
    assertThat(range(DType.I32, -3, 43))
        .isEqualTo(
            lines(
                "[-3 -2 -1  0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20",
                " 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39]"));
  }

  @Test
  void largeArraysAreSummarised() {
    assertThat(range(DType.I32, 0, 1001)).isEqualTo("[   0    1    2 ...  998  999 1000]");
    assertThat(range(DType.I32, 0, 2, 40, 20))
        .isEqualTo(
            lines(
                "[[[   0    1    2 ...   17   18   19]",
                "  [  20   21   22 ...   37   38   39]",
                "  [  40   41   42 ...   57   58   59]",
                "  ...",
                "  [ 740  741  742 ...  757  758  759]",
                "  [ 760  761  762 ...  777  778  779]",
                "  [ 780  781  782 ...  797  798  799]]",
                "",
                " [[ 800  801  802 ...  817  818  819]",
                "  [ 820  821  822 ...  837  838  839]",
                "  [ 840  841  842 ...  857  858  859]",
                "  ...",
                "  [1540 1541 1542 ... 1557 1558 1559]",
                "  [1560 1561 1562 ... 1577 1578 1579]",
                "  [1580 1581 1582 ... 1597 1598 1599]]]"));
    assertThat(range(DType.I32, 0, 1000)).doesNotContain("...");
  }

  @Test
  void truthValues() {
    boolean[] values = {true, false, false, false};
    assertThat(TensorFormat.format(Shape.of(2, 2), DType.BOOL, i -> values[(int) i] ? 1 : 0))
        .isEqualTo(lines("[[ True False]", " [False False]]"));
  }
}
