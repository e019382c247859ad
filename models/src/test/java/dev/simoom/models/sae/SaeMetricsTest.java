package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.data.Offset.offset;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures over a stream against the definitions over all rows at once. */
class SaeMetricsTest {
  private static final int WIDTH = 12;
  private static final int LATENTS = 40;

  /** Rows far from the origin, where a careless variance loses its digits. */
  private static Tensor rows() {
    return new RandomStream(2).normal(Shape.of(300, WIDTH)).add(500);
  }

  @Test
  void figuresAreThoseOfTheDefinitionsHoweverTheStreamIsCut() {
    for (Normalisation normalisation : Normalisation.values()) {
      for (Sparsity sparsity : List.of(new Sparsity.TopK(4), new Sparsity.ReluL1(0.1))) {
        check(new SaeConfig(WIDTH, LATENTS, sparsity, normalisation));
      }
    }
  }

  private static void check(SaeConfig config) {
    try (SparseAutoencoder sae = SaeLossTest.random(config, 1)) {
      if (config.normalisation() == Normalisation.NONE) {
        sae.preBias().assign(sae.preBias().value().add(500));
      }
      Tensor x = rows();
      SaeMetrics whole = new SaeMetrics(sae);
      whole.add(x);
      SaeMetrics pieces = new SaeMetrics(sae);
      pieces.add(x.slice(0, 0, 1));
      pieces.add(x.slice(0, 1, 200).reshape(1, 199, WIDTH));
      Tensor withFillers = Tensor.concat(0, x.slice(0, 200, 300), x.slice(0, 0, 50));
      Tensor counted = Tensor.ofInts(Shape.SCALAR, 100);
      pieces.add(SaeMetrics.measure(sae, withFillers, counted), 100);
      check(sae, x, whole.result());
      check(sae, x, pieces.result());
      float[] mean = x.mean(0).toFloatArray();
      for (int j = 0; j < WIDTH; j++) {
        assertThat(pieces.result().mean()[j]).isCloseTo(mean[j], offset(1e-3f));
      }
    }
  }

  private static void check(SparseAutoencoder sae, Tensor x, SaeMetrics.Result result) {
    double[][] rows = DenseSae.rows(x);
    double[][] output = DenseSae.rows(sae.reconstruct(x));
    double fvu = DenseSae.meanSquare(DenseSae.difference(rows, output)) / DenseSae.variance(rows);
    assertThat(result.rows()).isEqualTo(300);
    assertThat(result.fvu()).isCloseTo(fvu, offset(1e-9 * fvu));

    double[][] input = DenseSae.rows(sae.normalise(x).rows());
    double[][] decoded = DenseSae.rows(sae.reconstructNormalised(sae.normalise(x).rows()));
    double mse =
        DenseSae.meanSquare(DenseSae.difference(input, decoded)) / DenseSae.variance(input);
    assertThat(result.normalisedMse()).isCloseTo(mse, offset(1e-9 * mse));

    double[] means = DenseSae.doubles(sae.normalise(x).mean());
    double cosines = 0;
    double ratios = 0;
    double squares = 0;
    double products = 0;
    for (int r = 0; r < rows.length; r++) {
      double mean = means[r];
      double[] a = Arrays.stream(rows[r]).map(v -> v - mean).toArray();
      double[] b = Arrays.stream(output[r]).map(v -> v - mean).toArray();
      cosines += dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)) / rows.length;
      ratios += Math.sqrt(dot(b, b)) / Math.sqrt(dot(a, a)) / rows.length;
      squares += dot(b, b);
      products += dot(a, b);
    }
    assertThat(result.cosine()).isCloseTo(cosines, offset(1e-9));
    assertThat(result.normRatio()).isCloseTo(ratios, offset(1e-9));
    assertThat(result.bias()).isCloseTo(squares / products, offset(1e-9));

    SparseCode code = sae.encode(x);
    float[] values = code.values().toFloatArray();
    int[] indices = code.indices().toIntArray();
    double[] density = new double[LATENTS];
    double active = 0;
    for (int i = 0; i < values.length; i++) {
      density[indices[i]] += values[i] > 0 ? 1.0 / 300 : 0;
      active += values[i] > 0 ? 1 : 0;
    }
    assertThat(result.l0()).isEqualTo(active / 300);
    assertThat(result.density()).hasSize(LATENTS);
    for (int i = 0; i < LATENTS; i++) {
      assertThat(result.density()[i]).isCloseTo(density[i], offset(1e-12));
    }
    double never = Arrays.stream(density).filter(d -> d == 0).count() / (double) LATENTS;
    assertThat(result.neverFired()).isEqualTo(never);
    assertThat(result.densities().neverActive()).isEqualTo(Math.round(never * LATENTS));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void predictingTheMeanLeavesAllVarianceUnexplained() {
    SaeConfig config = SaeConfig.topK(WIDTH, LATENTS, 4).withNormalisation(Normalisation.NONE);
    try (SparseAutoencoder sae = new SparseAutoencoder(config)) {
      Tensor x = rows();
      sae.preBias().assign(x.mean(0));
      SaeMetrics metrics = new SaeMetrics(sae);
      metrics.add(x);
      assertThat(metrics.result().fvu()).isCloseTo(1, offset(1e-5));
      assertThat(metrics.result().l0()).isZero();
      assertThat(metrics.result().neverFired()).isEqualTo(1);
    }
  }

  @Test
  void nothingMeasuredIsNoResult() {
    try (SparseAutoencoder sae = new SparseAutoencoder(SaeConfig.topK(4, 8, 2))) {
      assertThatIllegalStateException().isThrownBy(() -> new SaeMetrics(sae).result());
    }
  }
}
