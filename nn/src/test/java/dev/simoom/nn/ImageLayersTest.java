package dev.simoom.nn;

import static dev.simoom.nn.Doubles.scrambled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers of images, [batch, channels, ...], against plain loops in double. */
final class ImageLayersTest {
  private final RandomStream random = new RandomStream(5);

  private static void assertClose(Tensor actual, double... expected) {
    float[] values = actual.toFloatArray();
    assertThat(values).hasSize(expected.length);
    for (int i = 0; i < values.length; i++) {
      double bound = 1e-5 * Math.max(1, Math.abs(expected[i]));
      assertThat((double) values[i]).as("element %d", i).isCloseTo(expected[i], within(bound));
    }
  }

  @ParameterizedTest
  @CsvSource({"1,0,1", "2,1,1", "3,2,2"})
  void convolutionIsTheSumOverEachBlock(int stride, int padding, int groups) {
    Variable weight = Doubles.variable(1, 4, 4 / groups, 3, 2);
    try (Conv2d layer = new Conv2d(weight, Doubles.variable(2, 4), stride, padding, groups)) {
      Tensor x = Doubles.random(3, 2, 4, 5, 6);
      Tensor y = layer.forward(x);
      int rows = (5 + 2 * padding - 3) / stride + 1;
      int columns = (6 + 2 * padding - 2) / stride + 1;
      assertThat(y.shape()).isEqualTo(Shape.of(2, 4, rows, columns));
      assertClose(y, convolved(x, layer, rows, columns));
      GradientCheck.check(layer, x);
    }
  }

  private static double[] convolved(Tensor image, Conv2d layer, int rows, int columns) {
    float[] x = image.toFloatArray();
    float[] w = layer.weight().value().toFloatArray();
    float[] bias = layer.bias().value().toFloatArray();
    int seen = 4 / layer.groups();
    double[] y = new double[2 * 4 * rows * columns];
    for (int at = 0; at < y.length; at++) {
      int column = at % columns;
      int row = at / columns % rows;
      int out = at / columns / rows % 4;
      int batch = at / columns / rows / 4;
      y[at] = bias[out];
      for (int c = 0; c < seen; c++) {
        int channel = out / (4 / layer.groups()) * seen + c;
        for (int i = 0; i < 3; i++) {
          for (int j = 0; j < 2; j++) {
            int r = (int) (row * layer.stride() + i - layer.padding());
            int s = (int) (column * layer.stride() + j - layer.padding());
            if (r >= 0 && r < 5 && s >= 0 && s < 6) {
              y[at] +=
                  (double) w[((out * seen + c) * 3 + i) * 2 + j]
                      * x[((batch * 4 + channel) * 5 + r) * 6 + s];
            }
          }
        }
      }
    }
    return y;
  }

  @Test
  void freshKernelsKeepTheVariance() {
    try (Conv2d layer = Conv2d.create(8, 64, 3, 1, 1, random)) {
      Tensor y = layer.forward(Doubles.random(1, 4, 8, 12, 12)).slice(2, 1, 11).slice(3, 1, 11);
      assertThat((double) y.var().item()).isCloseTo(1, within(0.15));
      assertThat(layer.bias().value().abs().max().item()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6})
  void groupNormStandardisesChannelsTogether(int groups) {
    try (GroupNorm layer = scrambled(GroupNorm.create(6, groups))) {
      Tensor x = Doubles.random(1, 2, 6, 3, 2).mul(3).add(1);
      float[] in = x.toFloatArray();
      double[] weight = Doubles.row(layer.weight());
      double[] bias = Doubles.row(layer.bias());
      double[] expected = new double[in.length];
      int size = 36 / groups;
      for (int start = 0; start < in.length; start += size) {
        double[] group = new double[size];
        for (int i = 0; i < size; i++) {
          group[i] = in[start + i];
        }
        double mean = Doubles.mean(group);
        double variance = Doubles.mean(Doubles.map(group, v -> (v - mean) * (v - mean)));
        for (int i = 0; i < size; i++) {
          int channel = (start + i) / 6 % 6;
          double normal = (group[i] - mean) / Math.sqrt(variance + 1e-5);
          expected[start + i] = normal * weight[channel] + bias[channel];
        }
      }
      assertClose(layer.forward(x), expected);
      assertThat(layer.forward(x.reshape(2, 6, 6)).shape()).isEqualTo(Shape.of(2, 6, 6));
      GradientCheck.check(layer, x);
    }
  }

  @Test
  void complaintsNameTheLayerAndWhatWouldBeRight() {
    Tensor x = Doubles.random(1, 2, 3, 4, 4);
    assertThatThrownBy(() -> Conv2d.create(4, 2, 3, 1, 0, random).forward(x))
        .hasMessageContaining("Conv2d: takes real numbers [batch, 4, height, width]; got F32[2, 3");
    assertThatThrownBy(() -> new Conv2d(Doubles.variable(1, 4, 1, 3, 3), null, 1, 0, 3))
        .hasMessageContaining("groups that divide the 4 outputs are needed; got 1, 0 and 3");
    assertThatThrownBy(() -> new Conv2d(Doubles.variable(1, 4, 3), null, 1, 0, 1))
        .hasMessageContaining("Conv2d: a parameter with 4 axes");
    assertThatThrownBy(() -> GroupNorm.create(4, 2).forward(x))
        .hasMessageContaining("GroupNorm: takes real numbers [batch, 4, ...]; got F32[2, 3, 4, 4]");
    assertThatThrownBy(() -> GroupNorm.create(4, 3))
        .hasMessageContaining("must divide the 4 channels; got 3");
  }
}
