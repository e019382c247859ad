package dev.simoom.nn;

import static dev.simoom.nn.Doubles.assertClose;
import static dev.simoom.nn.Doubles.linear;
import static dev.simoom.nn.Doubles.rows;
import static dev.simoom.nn.Doubles.scrambled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each layer's values against plain double code, and its gradients against differences. */
final class LayersTest {
  private final RandomStream random = new RandomStream(5);

  @Test
  void linearIsAnAffineMap() {
    try (Linear layer = scrambled(Linear.create(5, 7, random))) {
      Tensor x = Doubles.random(1, 2, 3, 5);
      Tensor y = layer.forward(x);
      assertThat(y.shape()).isEqualTo(Shape.of(2, 3, 7));
      assertClose(y, linear(rows(x), layer));
      Tensor single = x.select(0, 1).select(0, 2);
      assertThat(layer.forward(single).shape()).isEqualTo(Shape.of(7));
      assertClose(layer.forward(single), linear(rows(single), layer));
      GradientCheck.check(layer, x);
    }
  }

  @Test
  void linearMayLackABias() {
    try (Linear layer = Linear.withoutBias(5, 7, Initializer.normal(0.5), random)) {
      Tensor x = Doubles.random(1, 4, 5);
      assertClose(layer.forward(x), linear(rows(x), layer));
      assertThat(layer.parameters()).containsOnlyKeys("weight");
      GradientCheck.check(layer, x);
    }
  }

  @Test
  void embeddingPicksRows() {
    try (Embedding layer = Embedding.create(6, 3, Initializer.normal(1), random)) {
      Tensor y = layer.forward(Tensor.ofInts(Shape.of(2, 2), 5, 0, 0, 3));
      double[][] table = rows(layer.weight());
      assertThat(y.shape()).isEqualTo(Shape.of(2, 2, 3));
      assertClose(y, new double[][] {table[5], table[0], table[0], table[3]});
      Tensor x = Doubles.random(1, 2, 4, 3);
      assertClose(layer.logits(x), rows(x.matmul(layer.weight().value().transpose())));
      assertThat(layer.logits(x.select(0, 0).select(0, 0)).shape()).isEqualTo(Shape.of(6));
      GradientCheck.check(
          () -> layer.logits(layer.forward(Tensor.ofInts(Shape.of(2, 2), 5, 0, 0, 3))),
          List.of(layer.weight()));
    }
  }

  @Test
  void layerNormStandardisesRows() {
    try (LayerNorm layer = scrambled(LayerNorm.create(6))) {
      Tensor x = Doubles.random(1, 2, 3, 6);
      assertClose(layer.forward(x), Doubles.layerNorm(rows(x), layer));
      Tensor offset = x.add(300);
      assertThat(layer.forward(offset).sub(layer.forward(x)).abs().max().item()).isLessThan(1e-3f);
      GradientCheck.check(layer, x);
    }
  }

  @Test
  void rmsNormDividesByTheRootMeanSquare() {
    try (RmsNorm layer = scrambled(RmsNorm.create(6))) {
      Tensor x = Doubles.random(1, 2, 3, 6);
      double[][] expected = rows(x);
      double[] weight = Doubles.row(layer.weight());
      for (double[] row : expected) {
        double scale = Math.sqrt(Doubles.mean(Doubles.map(row, v -> v * v)) + 1e-5);
        for (int j = 0; j < row.length; j++) {
          row[j] = row[j] / scale * weight[j];
        }
      }
      assertClose(layer.forward(x), expected);
      GradientCheck.check(layer, x);
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsAreTheirFormulas(Activation activation) {
    DoubleUnaryOperator formula =
        switch (activation) {
          case IDENTITY -> v -> v;
          case RELU -> v -> Math.max(v, 0);
          case GELU -> Doubles::gelu;
          case GELU_EXACT -> Doubles::geluExact;
          case SILU -> v -> v / (1 + Math.exp(-v));
          case TANH -> Math::tanh;
          case SIGMOID -> v -> 1 / (1 + Math.exp(-v));
          case SOFTPLUS -> v -> Math.log1p(Math.exp(v));
        };
    Tensor x = Tensor.of(-40, -3, -1.25f, -0.3f, 0.3f, 1.25f, 3, 40);
    Tensor y = activation.forward(x);
    assertClose(y, new double[][] {Doubles.map(rows(x)[0], formula)});
    assertThat(activation.parameters()).isEmpty();
    GradientCheck.check(activation, x);
  }

  @Test
  void mlpIsTwoLinearLayersWithGelu() {
    try (Mlp layer = scrambled(Mlp.create(4, 3, random))) {
      assertThat(layer.up().out()).isEqualTo(12);
      Tensor x = Doubles.random(1, 2, 3, 4);
      assertClose(layer.forward(x), Doubles.mlp(rows(x), layer));
      GradientCheck.check(layer, x);
    }
  }

  @Test
  void gatedMlpOpensHiddenFeaturesBySilu() {
    try (GatedMlp layer = scrambled(GatedMlp.create(4, 6, random))) {
      Tensor x = Doubles.random(1, 2, 3, 4);
      double[][] hidden = linear(rows(x), layer.up());
      double[][] gate = linear(rows(x), layer.gate());
      for (int i = 0; i < hidden.length; i++) {
        for (int j = 0; j < hidden[i].length; j++) {
          hidden[i][j] *= gate[i][j] / (1 + Math.exp(-gate[i][j]));
        }
      }
      assertClose(layer.forward(x), linear(hidden, layer.down()));
      assertThat(layer.parameters()).containsOnlyKeys("gate.weight", "up.weight", "down.weight");
      GradientCheck.check(layer, x);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,false", "2,false", "2,true", "4,true"})
  void attentionIsTheTextbookOne(int heads, boolean causal) {
    try (MultiHeadAttention layer =
        scrambled(MultiHeadAttention.create(8, heads, causal, random))) {
      Tensor x = Doubles.random(1, 2, 5, 8);
      Tensor y = layer.forward(x);
      assertThat(y.shape()).isEqualTo(x.shape());
      assertClose(y, Doubles.attention(rows(x), 5, layer));
      GradientCheck.check(layer, x);
    }
  }

  @Test
  void attentionTakesAnyNumberOfBatchAxes() {
    try (MultiHeadAttention layer = scrambled(MultiHeadAttention.create(8, 2, true, random))) {
      Tensor x = Doubles.random(1, 2, 3, 5, 8);
      assertClose(layer.forward(x), Doubles.attention(rows(x), 5, layer));
      Tensor alone = x.select(0, 1).select(0, 2);
      assertClose(layer.forward(alone), Doubles.attention(rows(alone), 5, layer));
    }
  }

  @Test
  void causalAttentionDoesNotSeeWhatFollows() {
    try (MultiHeadAttention layer = scrambled(MultiHeadAttention.create(8, 2, true, random))) {
      Tensor x = Doubles.random(1, 1, 5, 8);
      Tensor changed = Tensor.concat(1, x.slice(1, 0, 3), Doubles.random(2, 1, 2, 8));
      assertThat(layer.forward(changed).slice(1, 0, 3).toFloatArray())
          .isEqualTo(layer.forward(x).slice(1, 0, 3).toFloatArray());
      assertThat(layer.forward(changed).select(1, 3).toFloatArray())
          .isNotEqualTo(layer.forward(x).select(1, 3).toFloatArray());
    }
  }

  @Test
  void transformerBlockNormalisesBeforeEachPart() {
    try (TransformerBlock block = scrambled(TransformerBlock.create(8, 2, true, random))) {
      Tensor input = Doubles.random(1, 2, 4, 8);
      double[][] x = rows(input);
      double[][] normal = Doubles.layerNorm(x, (LayerNorm) block.attentionNorm());
      x = Doubles.plus(x, Doubles.attention(normal, 4, block.attention()));
      normal = Doubles.layerNorm(x, (LayerNorm) block.mlpNorm());
      x = Doubles.plus(x, Doubles.mlp(normal, block.mlp()));
      assertClose(block.forward(input), x);
      GradientCheck.check(block, input);
    }
  }

  @Test
  void programsGiveTheSameBitsAsEagerCode() {
    try (TransformerBlock block = scrambled(TransformerBlock.create(16, 4, true, random));
        Program program = Program.of(x -> block.forward(x))) {
      Tensor x = Doubles.random(1, 3, 7, 16);
      assertThat(program.run(x).toFloatArray()).isEqualTo(block.forward(x).toFloatArray());
    }
  }

  @Test
  void sequentialAppliesItsLayersInOrder() {
    try (Sequential layers =
        scrambled(
            Sequential.of(
                Linear.create(3, 4, random),
                Activation.GELU,
                Layer.of(x -> x.mul(2)),
                Linear.create(4, 2, random)))) {
      Tensor x = Doubles.random(1, 5, 3);
      double[][] hidden = linear(rows(x), (Linear) layers.layers().get(0));
      for (int i = 0; i < hidden.length; i++) {
        hidden[i] = Doubles.map(hidden[i], v -> 2 * Doubles.gelu(v));
      }
      assertClose(layers.forward(x), linear(hidden, (Linear) layers.layers().get(3)));
      assertThat(layers.parameters()).containsOnlyKeys("0.weight", "0.bias", "3.weight", "3.bias");
      GradientCheck.check(layers, x);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void dropoutKeepsTheExpectedValue(double rate) {
    Dropout dropout = new Dropout(rate, new RandomStream(3));
    int n = 20_000;
    float[] y = dropout.forward(Tensor.ones(Shape.of(n)), true).toFloatArray();
    int zeros = 0;
    for (float v : y) {
      zeros += v == 0 ? 1 : 0;
      assertThat(v == 0 || v == (float) (1 / (1 - rate))).isTrue();
    }
    double deviation = Math.sqrt(rate * (1 - rate) / n);
    assertThat((double) zeros / n).isBetween(rate - 5 * deviation, rate + 5 * deviation);
  }

  @Test
  void dropoutActsInTrainingOnlyAndDrawsAnew() {
    Dropout dropout = new Dropout(0.5, new RandomStream(3));
    Tensor x = Doubles.random(1, 8, 8);
    assertThat(dropout.forward(x)).isSameAs(x);
    assertThat(new Dropout(0, random).forward(x, true)).isSameAs(x);
    float[] eager = dropout.forward(x, true).toFloatArray();
    assertThat(dropout.forward(x, true).toFloatArray()).isNotEqualTo(eager);
    Dropout again = new Dropout(0.5, new RandomStream(3));
    try (Program program = Program.of(v -> again.forward(v, true))) {
      assertThat(program.run(x).toFloatArray()).isEqualTo(eager);
      assertThat(program.run(x).toFloatArray()).isNotEqualTo(eager);
    }
  }

  @Test
  void gradientsPassWhereDropoutKeeps() {
    Dropout dropout = new Dropout(0.25, new RandomStream(3));
    try (Variable x = Doubles.variable(1, 100);
        Program program =
            Program.ofMany(
                none -> {
                  Tensor y = dropout.forward(x.value(), true);
                  return List.of(y, y.sum().gradients(List.of(x.value())).getFirst());
                })) {
      List<Tensor> results = program.runAll();
      float[] y = results.get(0).toFloatArray();
      float[] gradient = results.get(1).toFloatArray();
      for (int i = 0; i < y.length; i++) {
        assertThat(gradient[i]).isEqualTo(y[i] == 0 ? 0 : (float) (1 / 0.75));
      }
    }
  }

  @Test
  void complaintsNameTheLayerAndWhatWouldBeRight() {
    Tensor x = Tensor.zeros(Shape.of(2, 3));
    assertThatThrownBy(() -> Linear.create(4, 2, random).forward(x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Linear: takes real numbers [..., 4]; got F32[2, 3]");
    assertThatThrownBy(() -> LayerNorm.create(4).forward(x)).hasMessageContaining("LayerNorm");
    assertThatThrownBy(() -> RmsNorm.create(4).forward(x)).hasMessageContaining("RmsNorm");
    assertThatThrownBy(() -> Mlp.create(4, 4, random).forward(x)).hasMessageContaining("Mlp");
    assertThatThrownBy(() -> GatedMlp.create(4, 4, random).forward(x))
        .hasMessageContaining("GatedMlp");
    Linear wide = Linear.create(4, 8, random);
    Linear narrow = Linear.create(4, 6, random);
    assertThatThrownBy(() -> new GatedMlp(wide, narrow, Activation.GELU, wide))
        .hasMessageContaining("the features that the layer up gives must be 8; got 6");
    assertThatThrownBy(() -> MultiHeadAttention.create(4, 2, true, random).forward(x))
        .hasMessageContaining("MultiHeadAttention: takes real numbers [..., time, 4]");
    assertThatThrownBy(() -> TransformerBlock.create(4, 2, true, random).forward(x))
        .hasMessageContaining("TransformerBlock");
    assertThatThrownBy(() -> MultiHeadAttention.create(4, 3, true, random))
        .hasMessage("MultiHeadAttention: the number of heads must divide the width 4; got 3");
    assertThatThrownBy(() -> new Linear(Doubles.variable(1, 2, 3), Doubles.variable(2, 2)))
        .hasMessageContaining("Linear: a parameter [3] is needed; got test 2 F32[2]");
    assertThatThrownBy(() -> new Embedding(Doubles.variable(1, 2)))
        .hasMessageContaining("Embedding: a parameter with 2 axes is needed");
    assertThatThrownBy(
            () ->
                new Mlp(Linear.create(2, 3, random), Activation.RELU, Linear.create(4, 2, random)))
        .hasMessageContaining("Mlp: the features that the second layer takes must be 3; got 4");
    assertThatThrownBy(() -> new Dropout(1, random)).hasMessageContaining("in [0, 1)");
    assertThatThrownBy(() -> new Dropout(Double.NaN, random)).hasMessageContaining("NaN");
  }
}
