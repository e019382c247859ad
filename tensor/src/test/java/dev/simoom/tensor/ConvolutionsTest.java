package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.DType;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions and the blocks they see against plain loops, their gradients, and programs. */
class ConvolutionsTest {
  private record Case(
      Shape image, Shape kernels, int stride, int padding, int groups, float[] x, float[] w) {
    static Case of(int batch, int channels, int size, int outputs, int kernel, int... rest) {
      Shape image = Shape.of(batch, channels, size, size + 2);
      Shape kernels = Shape.of(outputs, channels / rest[2], kernel, Math.min(kernel + 1, size));
      return new Case(
          image, kernels, rest[0], rest[1], rest[2], numbers(image, 1), numbers(kernels, 2));
    }

    private static float[] numbers(Shape shape, int seed) {
      Random random = new Random(seed);
      float[] x = new float[(int) shape.elements()];
      IntStream.range(0, x.length).forEach(i -> x[i] = random.nextFloat() - 0.5f);
      return x;
    }

    Shape result() {
      return Shape.of(image.extent(0), kernels.extent(0), places(2), places(3));
    }

    int places(int axis) {
      return (int) (image.extent(axis) + 2 * padding - kernels.extent(axis)) / stride + 1;
    }

    /** A pixel, 0 outside. */
    double pixel(long batch, long channel, long row, long column) {
      boolean inside = row >= 0 && row < image.extent(2) && column >= 0 && column < image.extent(3);
      return inside ? x[DoubleLibrary.position(image, batch, channel, row, column)] : 0;
    }

    double element(long... at) {
      long outputsOfGroup = kernels.extent(0) / groups;
      double sum = 0;
      for (int i = 0; i < kernels.without(0, 1).elements(); i++) {
        long[] k = DoubleLibrary.coordinates(kernels.without(0, 1), i);
        long channel = at[1] / outputsOfGroup * kernels.extent(1) + k[0];
        double seen =
            pixel(at[0], channel, at[2] * stride - padding + k[1], at[3] * stride - padding + k[2]);
        sum += seen * w[DoubleLibrary.position(kernels, at[1], k[0], k[1], k[2])];
      }
      return sum;
    }
  }

  private static void same(Tensor actual, Shape shape, BiFunction<Shape, long[], Double> expected) {
    assertThat(actual.shape()).isEqualTo(shape);
    float[] got = actual.toFloatArray();
    for (int i = 0; i < got.length; i++) {
      double right = expected.apply(shape, DoubleLibrary.coordinates(shape, i));
      assertThat((double) got[i]).isCloseTo(right, Offset.offset(1e-5));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, 3, 7, 4, 3, 1, 1, 1",
    "1, 1, 1, 1, 1, 1, 0, 1",
    "2, 4, 9, 6, 2, 2, 0, 2",
    "3, 4, 5, 4, 3, 3, 2, 4",
    "0, 2, 4, 3, 2, 1, 0, 1",
    "2, 2, 4, 0, 2, 1, 0, 1",
    "1, 8, 16, 17, 5, 2, 2, 1"
  })
  void valuesAreThoseOfPlainLoops(
      int batch, int channels, int size, int outputs, int kernel, int stride, int padding, int g) {
    Case c = Case.of(batch, channels, size, outputs, kernel, stride, padding, g);
    try (Scope _ = Scope.open()) {
      Tensor image = Tensor.of(c.image, c.x);
      Tensor kernels = Tensor.of(c.kernels, c.w);
      Tensor y = Convolutions.conv2d(image, kernels, stride, padding, g);
      same(y, c.result(), (s, at) -> c.element(at));
      try (Program program = Program.of((a, b) -> Convolutions.conv2d(a, b, stride, padding, g))) {
        assertThat(Bits.of(program.run(image, kernels))).isEqualTo(Bits.of(y));
      }
    }
  }

  @Test
  void blocksComeByChannelThenByPlace() {
    Case c = Case.of(2, 3, 6, 1, 2, 2, 1, 1);
    int height = (int) c.kernels.extent(2);
    int width = (int) c.kernels.extent(3);
    Shape shape = Shape.of(2, 3L * height * width, (long) c.places(2) * c.places(3));
    try (Scope _ = Scope.open()) {
      same(
          Convolutions.unfold(Tensor.of(c.image, c.x), height, width, 2, 1),
          shape,
          (s, at) ->
              c.pixel(
                  at[0],
                  at[1] / (height * width),
                  at[2] / c.places(3) * 2 - 1 + at[1] / width % height,
                  at[2] % c.places(3) * 2 - 1 + at[1] % width));
    }
  }

  @Test
  void oneKernelNeedsNoSettings() {
    try (Scope _ = Scope.open()) {
      Tensor image = Tensor.arange(9).cast(DType.F32).reshape(1, 1, 3, 3);
      Tensor kernel = Tensor.of(Shape.of(1, 1, 2, 2), 1, 0, 0, -1);
      assertThat(Convolutions.conv2d(image, kernel).toFloatArray()).containsExactly(-4, -4, -4, -4);
    }
  }

  @Test
  void gradientsOfFirstAndSecondOrder() {
    Differentiation inputs = new Differentiation().real(1, 4, 3, 4).real(2, 2, 2, 2);
    inputs.check(x -> Convolutions.conv2d(x.get(0), x.get(1), 2, 1, 2));
    inputs.check(
        x ->
            Convolutions.conv2d(x.get(0), x.get(1), 1, 0, 2).square().sum().gradients(x).getLast());
  }
}
