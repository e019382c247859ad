package dev.simoom.models.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sparsities of several windows in one run against the definition on each by itself, in double. */
class AblationEffectsTest {
  private static final int CONTEXT = 20;
  private static final int WIDTH = 8;
  private static final int LAYER = 1;

  private static Transformer model(int vocabulary, int context) {
    Transformer model =
        Transformer.create(
            new TransformerConfig(vocabulary, context, WIDTH, 2, 3), new RandomStream(1));
    RandomStream random = new RandomStream(2);
    for (Variable variable : model.parameters().values()) {
      variable.assign(random.normal(variable.shape()).mul(0.5));
    }
    return model;
  }

  private final RandomStream random = new RandomStream(4);
  private final Tensor stream = random.normal(Shape.of(3, CONTEXT, WIDTH));
  private final Tensor removed = random.normal(Shape.of(3, WIDTH));
  private final int[] at = {0, 3, 4};
  private Transformer model = model(31, CONTEXT);

  @AfterEach
  void close() {
    model.close();
  }

  private double plain(int window) {
    float[] clean = stream.select(0, window).toFloatArray();
    float[] ablated = clean.clone();
    float[] gone = removed.select(0, window).toFloatArray();
    for (int i = 0; i < WIDTH; i++) {
      ablated[at[window] * WIDTH + i] -= gone[i];
    }
    float[] before = logits(clean);
    float[] after = logits(ablated);
    int vocabulary = model.vocabulary();
    double sum = 0;
    double squares = 0;
    for (int t = at[window]; t < at[window] + 16; t++) {
      double[] change = new double[vocabulary];
      for (int v = 0; v < vocabulary; v++) {
        change[v] = (double) after[t * vocabulary + v] - before[t * vocabulary + v];
      }
      double[] sorted = Arrays.stream(change).sorted().toArray();
      double median =
          vocabulary % 2 == 1
              ? sorted[vocabulary / 2]
              : (sorted[vocabulary / 2 - 1] + sorted[vocabulary / 2]) / 2;
      for (double c : change) {
        sum += Math.abs(c - median);
        squares += (c - median) * (c - median);
      }
    }
    return sum * sum / squares / (16 * vocabulary);
  }

  private float[] logits(float[] window) {
    return model.logitsFrom(Tensor.of(Shape.of(1, CONTEXT, WIDTH), window), LAYER).toFloatArray();
  }

  @Test
  void sparsityIsThatOfTheDefinition() {
    for (int vocabulary : new int[] {31, 32}) {
      model.close();
      model = model(vocabulary, CONTEXT);
      try (AblationEffects effects = new AblationEffects(model, LAYER, 16)) {
        assertThat(effects.positions()).isEqualTo(16);
        double[] sparsity = effects.sparsity(stream, removed, at);
        assertThat(sparsity).hasSize(3);
        for (int window = 0; window < 3; window++) {
          assertThat(sparsity[window]).isBetween(0.0, 1.0).isCloseTo(plain(window), within(1e-5));
        }
      }
    }
  }

  @Test
  void nothingRemovedHasNoSparsityAndOthersKeepTheirs() {
    try (AblationEffects effects = new AblationEffects(model, LAYER, 16)) {
      double[] all = effects.sparsity(stream, removed, at);
      Tensor without = removed.mul(Tensor.of(Shape.of(3, 1), 1, 0, 1));
      double[] some = effects.sparsity(stream, without, at);
      assertThat(some[1]).isNaN();
      assertThat(some[0]).isEqualTo(all[0]);
      assertThat(some[2]).isEqualTo(all[2]);
    }
  }

  @Test
  void positionsMustFit() {
    try (AblationEffects effects = new AblationEffects(model, LAYER, 16)) {
      for (int position : new int[] {-1, 5}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> effects.sparsity(stream, removed, new int[] {0, position, 0}))
            .withMessageContaining("position %d must be 0 to 4".formatted(position));
      }
    }
    for (int positions : new int[] {0, 21}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new AblationEffects(model, LAYER, positions))
          .withMessageContaining("positions must be 1 to the context's 20, got " + positions);
    }
  }
}
