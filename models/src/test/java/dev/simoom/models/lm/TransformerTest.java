package dev.simoom.models.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The transformer beside a plain one in double. */
class TransformerTest {
  private static final TransformerConfig TINY = new TransformerConfig(11, 5, 6, 2, 2);
  private static final int BATCH = 2;
  private static final double STEP = 1e-5;

  private final int[][] windows = new int[BATCH][TINY.context() + 1];
  private final Tensor ids;
  private final Transformer model = Transformer.create(TINY, new RandomStream(3));
  private final Map<String, double[]> weights = new LinkedHashMap<>();

  TransformerTest() {
    Random random = new Random(4);
    int[] flat = new int[BATCH * (TINY.context() + 1)];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = random.nextInt(TINY.vocabulary());
      windows[i / (TINY.context() + 1)][i % (TINY.context() + 1)] = flat[i];
    }
    ids = Tensor.ofInts(Shape.of(BATCH, TINY.context() + 1L), flat);
    // Large weights, so that no part of the model is close to linear or to nothing.
    for (Map.Entry<String, Variable> entry : model.parameters().entrySet()) {
      Variable variable = entry.getValue();
      float[] values = new float[Math.toIntExact(variable.shape().elements())];
      double[] exact = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.5 * random.nextGaussian());
        exact[i] = values[i];
      }
      variable.assign(Tensor.of(variable.shape(), values));
      weights.put(entry.getKey(), exact);
    }
  }

  @Test
  void lossIsThatOfAPlainTransformer() {
    try (Scope _ = Scope.open()) {
      double plain = new PlainTransformer(TINY, weights).loss(windows);
      assertThat((double) LmTrainer.loss(model, ids).item()).isCloseTo(plain, within(1e-5 * plain));
    }
  }

  @Test
  void gradientsAreThoseOfAPlainTransformer() {
    PlainTransformer plain = new PlainTransformer(TINY, weights);
    List<Map.Entry<String, Variable>> parameters =
        List.copyOf(model.parameters().sequencedEntrySet());
    try (Scope _ = Scope.open()) {
      List<Tensor> gradients =
          LmTrainer.loss(model, ids)
              .gradients(parameters.stream().map(p -> p.getValue().value()).toList());
      for (int p = 0; p < parameters.size(); p++) {
        String path = parameters.get(p).getKey();
        float[] gradient = gradients.get(p).toFloatArray();
        double[] weight = weights.get(path);
        for (int i = 0; i < weight.length; i += Math.max(1, weight.length / 7)) {
          double value = weight[i];
          weight[i] = value + STEP;
          double above = plain.loss(windows);
          weight[i] = value - STEP;
          double below = plain.loss(windows);
          weight[i] = value;
          double expected = (above - below) / (2 * STEP);
          assertThat((double) gradient[i])
              .as("%s[%d]", path, i)
              .isCloseTo(expected, within(1e-5 + 1e-4 * Math.abs(expected)));
        }
      }
    }
  }

  @Test
  void laterTokensDoNotReachEarlierLogits() {
    try (Scope _ = Scope.open()) {
      int[] a = windows[0].clone();
      int[] b = a.clone();
      b[3] = (b[3] + 1) % TINY.vocabulary();
      float[] before = logits(a);
      float[] after = logits(b);
      int unchanged = 3 * TINY.vocabulary();
      for (int i = 0; i < before.length; i++) {
        if (i < unchanged) {
          assertThat(after[i]).isEqualTo(before[i]);
        }
      }
      assertThat(after).isNotEqualTo(before);
    }
  }

  private float[] logits(int[] window) {
    int[] inputs = Arrays.copyOf(window, TINY.context());
    return model.logits(Tensor.ofInts(Shape.of(1, TINY.context()), inputs)).toFloatArray();
  }

  @Test
  void residualStreamAndLogitsFromItMakeTheModel() {
    try (Scope _ = Scope.open()) {
      Tensor inputs = ids.slice(1, 0, TINY.context());
      float[] whole = model.logits(inputs).toFloatArray();
      for (int layer = 0; layer <= TINY.blocks(); layer++) {
        Tensor stream = model.residual(inputs, layer);
        assertThat(stream.shape()).isEqualTo(Shape.of(BATCH, TINY.context(), TINY.width()));
        assertThat(model.logitsFrom(stream, layer).toFloatArray()).containsExactly(whole);
      }
    }
  }

  @Test
  void sizesAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TransformerConfig(11, 5, 6, 4, 2))
        .withMessageContaining("width 6 is not a multiple of 4 heads");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TransformerConfig(11, 0, 6, 2, 2))
        .withMessageContaining("context 0");
  }
}
