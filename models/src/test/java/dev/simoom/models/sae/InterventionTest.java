package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** Edits of activations against the formula in double. */
class InterventionTest {
  private static final int WIDTH = 12;
  private static final int LATENTS = 40;
  private static final int K = 10;

  private final Tensor x = new RandomStream(3).normal(Shape.of(4, 5, WIDTH)).add(0.7);

  private static Intervention of(Map<Integer, Double> added, Integer... removed) {
    SequencedMap<Integer, Double> ordered = new LinkedHashMap<>(added);
    return Intervention.of(ordered, new LinkedHashSet<>(List.of(removed)));
  }

  private static SparseAutoencoder sae(Normalisation normalisation) {
    SaeConfig config = SaeConfig.topK(WIDTH, LATENTS, K).withNormalisation(normalisation);
    SparseAutoencoder sae = SaeLossTest.random(config, 1);
    // A latent that is never active.
    float[] bias = sae.encoderBias().value().toFloatArray();
    bias[7] = -1000;
    sae.encoderBias().assign(Tensor.of(bias));
    return sae;
  }

  private static double norm(double[] row, Normalisation normalisation) {
    double mean = 0;
    for (double v : row) {
      mean += v / WIDTH;
    }
    double squares = 0;
    double raw = 0;
    for (double v : row) {
      squares += (v - mean) * (v - mean);
      raw += v * v;
    }
    return switch (normalisation) {
      case UNIT_NORM -> Math.sqrt(squares);
      case LAYER_NORM -> Math.sqrt(squares / (WIDTH - 1));
      case CONSTANT_NORM -> Math.sqrt(raw / WIDTH);
      case NONE -> 1;
    };
  }

  @Test
  void editsAreThoseOfTheFormula() {
    for (Normalisation normalisation : Normalisation.values()) {
      try (SparseAutoencoder sae = sae(normalisation)) {
        DenseSae dense = new DenseSae(sae, K, 1, 1, 0);
        double[][] rows = DenseSae.rows(x);
        double[][] latents = dense.encode(DenseSae.rows(sae.normalise(x).rows()));
        Tensor edited = of(Map.of(5, 0.75, 30, -2.0), 5, 2, 9).apply(sae, x);
        assertThat(edited.shape()).isEqualTo(x.shape());
        double[][] result = DenseSae.rows(edited);
        boolean any = false;
        for (int r = 0; r < rows.length; r++) {
          double scale = norm(rows[r], normalisation);
          for (int j = 0; j < WIDTH; j++) {
            double wanted = rows[r][j];
            wanted += scale * (0.75 * dense.decoder[5][j] - 2 * dense.decoder[30][j]);
            for (int gone : new int[] {5, 2, 9}) {
              wanted -= scale * latents[r][gone] * dense.decoder[gone][j];
              any |= latents[r][gone] > 0;
            }
            assertThat(result[r][j]).isCloseTo(wanted, offset(1e-5));
          }
        }
        assertThat(any).isTrue();
      }
    }
  }

  @Test
  void whatIsAddedWithNoStrengthOrWasNeverThereChangesNoBit() {
    for (Normalisation normalisation : Normalisation.values()) {
      try (SparseAutoencoder sae = sae(normalisation)) {
        float[] before = x.toFloatArray();
        assertThat(Intervention.NONE.apply(sae, x)).isSameAs(x);
        assertThat(of(Map.of(3, 0.0)).apply(sae, x).toFloatArray()).isEqualTo(before);
        assertThat(of(Map.of(), 7).apply(sae, x).toFloatArray()).isEqualTo(before);
        assertThat(of(Map.of(), 2, 5, 9).apply(sae, x).toFloatArray()).isNotEqualTo(before);
      }
    }
  }

  @Test
  void whatCannotBeIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(Map.of(4, Double.NaN)))
        .withMessageContaining("the strength of feature 4 must be finite, got NaN");
    try (SparseAutoencoder sae = sae(Normalisation.NONE)) {
      for (Intervention wrong : List.of(of(Map.of(40, 1.0)), of(Map.of(), 40))) {
        assertThatThrownBy(() -> wrong.apply(sae, x))
            .isInstanceOf(IndexOutOfBoundsException.class)
            .hasMessageContaining("no feature 40: the autoencoder has 0 to 39");
      }
    }
  }
}
