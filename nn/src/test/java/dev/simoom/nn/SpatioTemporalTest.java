package dev.simoom.nn;

import static dev.simoom.nn.Doubles.assertClose;
import static dev.simoom.nn.Doubles.rows;
import static dev.simoom.nn.Doubles.scrambled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.Kernel;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention along either axis of a video, the block of both, and its cached form. */
final class SpatioTemporalTest {
  private static final int WIDTH = 8;

  private final RandomStream random = new RandomStream(5);

  private SpatioTemporalTransformer transformer(int blocks, boolean headNorms) {
    return scrambled(
        SpatioTemporalTransformer.create(
            new SpatioTemporalTransformer.Size(WIDTH, 2, blocks, 2, headNorms), random));
  }

  @Test
  void attentionAlongAnotherAxisIsThatOfTheTransposedInput() {
    try (MultiHeadAttention layer =
        scrambled(MultiHeadAttention.create(WIDTH, 2, true, random).along(-3))) {
      Tensor x = Doubles.random(1, 2, 4, 3, WIDTH);
      Tensor moved = x.permute(0, 2, 1, 3);
      double[][] expected = Doubles.attention(rows(moved), 4, layer.along(-2));
      assertClose(layer.forward(x).permute(0, 2, 1, 3), expected);
    }
  }

  @Test
  void headNormsMakeTheScaleOfQueriesAndKeysIrrelevant() {
    try (MultiHeadAttention layer =
        MultiHeadAttention.create(WIDTH, 2, true, random).withHeadNorms()) {
      Tensor x = Doubles.random(1, 2, 4, WIDTH);
      float[] before = layer.forward(x).toFloatArray();
      Tensor scales = Tensor.concat(0, Tensor.full(Shape.of(16), 7), Tensor.ones(Shape.of(8)));
      layer.qkv().weight().assign(layer.qkv().weight().value().mul(scales));
      float[] after = layer.forward(x).toFloatArray();
      for (int i = 0; i < before.length; i++) {
        assertThat(after[i]).isCloseTo(before[i], within(1e-4f));
      }
    }
  }

  @Test
  void blockIsSpatialThenTemporalThenOnePerceptron() {
    try (SpatioTemporalTransformer whole = transformer(1, false)) {
      SpatioTemporalBlock block = whole.blocks().getFirst();
      Tensor input = Doubles.random(1, 2, 3, 4, WIDTH);
      double[][] x = rows(input);
      double[][] normal = Doubles.layerNorm(x, (LayerNorm) block.spatialNorm());
      x = Doubles.plus(x, Doubles.attention(normal, 4, block.spatial()));
      normal = Doubles.layerNorm(x, (LayerNorm) block.temporalNorm());
      double[][] along = Doubles.attention(inTime(normal), 3, block.temporal().along(-2));
      x = Doubles.plus(x, inSpace(along));
      normal = Doubles.layerNorm(x, (LayerNorm) block.mlpNorm());
      x = Doubles.plus(x, Doubles.mlp(normal, block.mlp()));
      assertClose(block.forward(input), x);
    }
  }

  /** Rows [2 videos][3 frames][4 places] as [2][4][3]. */
  private static double[][] inTime(double[][] rows) {
    double[][] moved = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      moved[i / 12 * 12 + i % 4 * 3 + i / 4 % 3] = rows[i];
    }
    return moved;
  }

  private static double[][] inSpace(double[][] rows) {
    double[][] moved = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      moved[i] = rows[i / 12 * 12 + i % 4 * 3 + i / 4 % 3];
    }
    return moved;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsAreThoseOfDifferences(boolean headNorms) {
    try (SpatioTemporalTransformer whole = transformer(2, headNorms)) {
      Variable x = Variable.of("x", Doubles.random(1, 2, 3, 4, WIDTH));
      List<Variable> by = new ArrayList<>(whole.parameters().values());
      by.add(x);
      GradientCheck.check(() -> whole.forward(x.value(), true), by);
      x.close();
    }
  }

  @Test
  void framesDoNotSeeLaterOnes() {
    try (SpatioTemporalTransformer whole = transformer(2, true)) {
      Tensor x = Doubles.random(1, 1, 5, 4, WIDTH);
      Tensor changed = Tensor.concat(1, x.slice(1, 0, 3), Doubles.random(2, 1, 2, 4, WIDTH));
      assertThat(whole.forward(changed).slice(1, 0, 3).toFloatArray())
          .isEqualTo(whole.forward(x).slice(1, 0, 3).toFloatArray());
      assertThat(whole.forward(changed).select(1, 3).toFloatArray())
          .isNotEqualTo(whole.forward(x).select(1, 3).toFloatArray());
    }
  }

  @Test
  void framesOneByOneGiveWhatAllTogetherGive() {
    try (SpatioTemporalTransformer whole = transformer(2, true)) {
      Tensor x = Doubles.random(1, 2, 5, 4, WIDTH);
      double[][] expected = rows(whole.forward(x));
      SpatioTemporalTransformer.Step step = whole.extend(x.slice(1, 0, 2), List.of());
      List<Tensor> frames = new ArrayList<>(List.of(step.output()));
      for (int t = 2; t < 5; t++) {
        step = whole.extend(x.slice(1, t, t + 1), step.past());
        frames.add(step.output());
      }
      assertClose(Tensor.concat(1, frames), expected);
    }
  }

  @Test
  void onlyCausalAttentionCanBeExtended() {
    try (MultiHeadAttention layer = MultiHeadAttention.create(WIDTH, 2, false, random)) {
      assertThatThrownBy(() -> layer.extend(Doubles.random(1, 2, 3, WIDTH), null))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("causal");
      assertThatThrownBy(() -> layer.along(-1)).hasMessageContaining("axis");
    }
  }

  /** The cost of spatial attention grows with time, not with its square, and no axis is moved. */
  @Test
  void noAxisIsMovedAndTwiceTheFramesAreTwiceTheSpatialWork() {
    try (SpatioTemporalTransformer whole = transformer(1, false);
        Program program = Program.of(x -> whole.forward(x))) {
      program.run(Doubles.random(1, 2, 4, 6, WIDTH));
      long once = spatialWork(program.kernels());
      assertThat(program.kernels()).noneMatch(kernel -> kernel.name().startsWith("copy"));
      try (Program longer = Program.of(x -> whole.forward(x))) {
        longer.run(Doubles.random(1, 2, 8, 6, WIDTH));
        assertThat(spatialWork(longer.kernels())).isEqualTo(2 * once).isPositive();
      }
    }
  }

  private static long spatialWork(List<Kernel> kernels) {
    return kernels.stream()
        .filter(k -> k instanceof Attention a && a.queryLength() == 6)
        .mapToLong(Kernel::flops)
        .sum();
  }
}
