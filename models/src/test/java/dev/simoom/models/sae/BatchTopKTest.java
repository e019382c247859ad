package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Selection over a whole batch: what is kept, losses and gradients, and the threshold after it. */
class BatchTopKTest {
  private static final int WIDTH = 12;
  private static final int LATENTS = 40;
  private static final int BATCH = 16;
  private static final int K = 3;
  private static final int K_AUX = 6;
  private static final double SCALE = 1.7;
  private static final int LIMIT = 100;

  private final SaeConfig config =
      new SaeConfig(WIDTH, LATENTS, new Sparsity.BatchTopK(K), Normalisation.NONE);
  private final SaeTraining training =
      SaeTraining.defaults(config, BATCH, 100).withDeadAfterTokens(LIMIT).withAux(K_AUX, 1.0 / 32);

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 40})
  void lossesAndGradientsAreThoseOfTheDenseFormulas(int silent) {
    int[] before = new int[LATENTS];
    Arrays.fill(before, 0, silent, LIMIT);
    Tensor silence = Tensor.ofInts(Shape.of(LATENTS), before);
    Tensor x = new RandomStream(6).normal(Shape.of(BATCH, WIDTH));
    int revived = silent == 0 ? 0 : K_AUX;
    try (SparseAutoencoder sae = SaeLossTest.random(config, 5);
        Program program =
            Program.ofMany(
                in -> {
                  SaeLoss loss =
                      new SaeBatch(sae, training, SCALE, in.get(0), in.get(1))
                          .batchTopK(K, List.of(LATENTS), revived);
                  List<Tensor> by = new ArrayList<>();
                  sae.parameters().values().forEach(p -> by.add(p.value()));
                  List<Tensor> all = new ArrayList<>(loss.total().gradients(by));
                  all.addAll(List.of(loss.total(), loss.auxiliary(), loss.active()));
                  all.addAll(List.of(loss.least(), loss.dead()));
                  return all;
                })) {
      DenseSae dense = new DenseSae(sae, K, K_AUX, SCALE, 1.0 / 32, true);
      double[][] rows = DenseSae.rows(x);
      boolean[] dead = SaeLossTest.dead(before, dense.encode(rows), BATCH, LIMIT);
      DenseSae.Pass expected = dense.pass(rows, dead);
      List<Tensor> actual = program.runAll(x, silence);
      SaeLossTest.same(actual.get(0), DenseSae.flat(expected.encoderGradient));
      SaeLossTest.same(actual.get(1), expected.biasGradient);
      SaeLossTest.same(actual.get(2), DenseSae.flat(expected.decoderGradient));
      SaeLossTest.same(actual.get(3), expected.preBiasGradient);
      SaeLossTest.same(actual.get(4), expected.total);
      SaeLossTest.same(actual.get(5), expected.auxiliary);
      double[] kept = Arrays.stream(DenseSae.flat(expected.latents)).filter(v -> v > 0).toArray();
      SaeLossTest.same(actual.get(6), (double) kept.length / BATCH);
      SaeLossTest.same(actual.get(7), Arrays.stream(kept).min().orElseThrow());
      assertThat(actual.get(8).toIntArray()).containsExactly(expected.dead);
    }
  }

  @Test
  void exactlySoManyAreKeptAlsoWhereManyAreEqual() {
    Tensor pre =
        new RandomStream(7)
            .normal(Shape.of(50, 37))
            .mul(3)
            .cast(DType.I32)
            .cast(DType.F32)
            .abs()
            .add(1);
    KeptLatents kept = KeptLatents.ofBatch(pre, 5);
    float[] dense = kept.toDense().toFloatArray();
    float[] all = pre.toFloatArray();
    float least = Float.POSITIVE_INFINITY;
    int count = 0;
    for (int i = 0; i < all.length; i++) {
      assertThat(dense[i]).isIn(0f, all[i]);
      count += dense[i] > 0 ? 1 : 0;
      least = dense[i] > 0 ? Math.min(least, dense[i]) : least;
    }
    assertThat(count).isEqualTo(50 * 5);
    for (int i = 0; i < all.length; i++) {
      assertThat(all[i] <= least || dense[i] > 0).isTrue();
    }
    assertThat(kept.leastPositive().item()).isEqualTo(least);
  }

  @Test
  void placesAreRightWhereTheirNumbersExceedThePrecisionOfFloats() {
    int latents = 16_411;
    int[] rows = {1099, 1099, 1098, 1050, 1023, 1};
    int[] columns = {latents - 1, 0, latents - 1, 7, 16_000, latents - 1};
    int[] places = new int[rows.length];
    Arrays.setAll(places, i -> rows[i] * latents + columns[i]);
    Tensor pre =
        Tensor.of(Shape.of(6, 1), 9, 8, 7, 6, 5, 4)
            .scatterAdd(Tensor.ofInts(Shape.of(6), places), 1100L * latents)
            .reshape(1100, latents);
    KeptLatents kept = KeptLatents.ofBatch(pre, 1);
    assertThat(Arrays.copyOf(kept.rows().toIntArray(), 6)).containsExactly(rows);
    assertThat(Arrays.copyOf(kept.latents().toIntArray(), 6)).containsExactly(columns);
  }

  @Test
  void theThresholdThatTrainingEndsWithKeepsAboutAsManyOfOtherRows() {
    SaeConfig toy =
        new SaeConfig(ToyFeatures.WIDTH, 96, new Sparsity.BatchTopK(4), Normalisation.UNIT_NORM);
    SaeTraining settings = SaeTraining.defaults(toy, 128, 600).withSeed(3);
    ToyFeatures features = new ToyFeatures(3, 128);
    try (SaeTrainer trainer = SaeTrainer.start(toy, settings, new ToyFeatures(3, 2048).block(-1))) {
      SaeTrainer.Step last = null;
      for (int step = 0; step < 600; step++) {
        try (Scope _ = Scope.open()) {
          last = trainer.step(features.block(step));
        }
      }
      assertThat(last.l0()).isCloseTo(4, within(0.2));
      assertThat(trainer.threshold()).isPositive();
      try (SparseAutoencoder sae = trainer.averaged()) {
        assertThat(sae.config().sparsity()).isInstanceOf(Sparsity.JumpRelu.class);
        SaeMetrics metrics = new SaeMetrics(sae);
        metrics.add(new ToyFeatures(3, 4096).block(-2));
        assertThat(metrics.result().l0()).isCloseTo(4, within(0.4));
        Tensor rows = features.block(700);
        Tensor alone = sae.reconstruct(rows.slice(0, 5, 6));
        SaeLossTest.same(alone, DenseSae.doubles(sae.reconstruct(rows).slice(0, 5, 6)));
      }
    }
  }

  @Test
  void moreThanThereAreCannotBeKept() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withSparsity(new Sparsity.BatchTopK(41)))
        .withMessageContaining("41 of 40");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sparsity.BatchTopK(0))
        .withMessageContaining("at least 1");
  }
}
