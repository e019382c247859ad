package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.simoom.kernels.Backend;
import dev.simoom.tensor.Engine;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and gradients against a dense evaluation in double. */
class SaeLossTest {
  private static final int WIDTH = 12;
  private static final int LATENTS = 40;
  private static final int BATCH = 16;
  private static final int K = 3;
  private static final int K_AUX = 6;
  private static final double SCALE = 1.7;
  private static final long LIMIT = 100;

  private final Sparsity.TopK topK = new Sparsity.TopK(K);
  private final SaeConfig config =
      SaeConfig.topK(WIDTH, LATENTS, K).withNormalisation(Normalisation.NONE);
  private final SaeTraining training =
      SaeTraining.defaults(config, BATCH, 100).withDeadAfterTokens(LIMIT).withAux(K_AUX, 1.0 / 32);

  /** An autoencoder with every parameter random, the decoder's rows of norm 1. */
  static SparseAutoencoder random(SaeConfig config, long seed) {
    RandomStream random = new RandomStream(seed);
    SparseAutoencoder sae = new SparseAutoencoder(config);
    sae.parameters().values().forEach(p -> p.assign(random.normal(p.shape()).mul(0.5)));
    sae.decoderWeight().assign(SaeInitialiser.unitRows(sae.decoderWeight().value()));
    return sae;
  }

  private static Tensor silence(int silent) {
    int[] tokens = new int[LATENTS];
    Arrays.fill(tokens, 0, silent, (int) LIMIT);
    return Tensor.ofInts(Shape.of(LATENTS), tokens);
  }

  /** Which latents are dead after a batch, by the rule in words. */
  static boolean[] dead(int[] before, double[][] latents, int batch, long limit) {
    boolean[] dead = new boolean[before.length];
    for (int i = 0; i < dead.length; i++) {
      int latent = i;
      boolean fired = Arrays.stream(latents).anyMatch(z -> z[latent] > 1e-3);
      dead[i] = (fired ? 0 : before[i]) + batch > limit;
    }
    return dead;
  }

  private void check(SparseAutoencoder sae, Tensor x, Tensor silence, int revived) {
    DenseSae dense = new DenseSae(sae, K, K_AUX, SCALE, 1.0 / 32);
    double[][] rows = DenseSae.rows(x);
    boolean[] dead = dead(silence.toIntArray(), dense.encode(rows), BATCH, LIMIT);
    DenseSae.Pass expected = dense.pass(rows, dead);
    assertThat(revived).isGreaterThanOrEqualTo(Math.min(K_AUX, expected.dead));

    try (Program program =
        Program.ofMany(
            in -> {
              SaeLoss loss =
                  new SaeBatch(sae, training, SCALE, in.get(0), in.get(1)).topK(topK, revived);
              List<Tensor> by = new ArrayList<>();
              sae.parameters().values().forEach(p -> by.add(p.value()));
              List<Tensor> all = new ArrayList<>(loss.total().gradients(by));
              all.addAll(List.of(loss.total(), loss.reconstruction(), loss.auxiliary()));
              all.addAll(List.of(loss.active(), loss.silence(), loss.dead(), loss.endangered()));
              return all;
            })) {
      List<Tensor> actual = program.runAll(x, silence);
      same(actual.get(0), DenseSae.flat(expected.encoderGradient));
      same(actual.get(1), expected.biasGradient);
      same(actual.get(2), DenseSae.flat(expected.decoderGradient));
      same(actual.get(3), expected.preBiasGradient);
      same(actual.get(4), expected.total);
      same(actual.get(5), expected.main);
      same(actual.get(6), expected.auxiliary);
      long active = Arrays.stream(DenseSae.flat(expected.latents)).filter(v -> v > 0).count();
      same(actual.get(7), (double) active / BATCH);
      assertThat(actual.get(9).toIntArray()).containsExactly(expected.dead);
      long endangered =
          Arrays.stream(actual.get(8).toIntArray()).filter(s -> s + BATCH > LIMIT).count();
      assertThat(actual.get(10).toIntArray()).containsExactly((int) endangered);
    }
  }

  /** Equal to 1e-5 of the largest number. */
  static void same(Tensor actual, double... expected) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    double[] numbers = DenseSae.doubles(actual);
    assertThat(numbers).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(numbers[i]).as("number %d", i).isCloseTo(expected[i], offset(1e-5 * largest));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 25, 40})
  void lossesAndGradientsAreThoseOfTheDenseFormulas(int silent) {
    try (SparseAutoencoder sae = random(config, 5)) {
      Tensor x = new RandomStream(6).normal(Shape.of(BATCH, WIDTH));
      check(sae, x, silence(silent), K_AUX);
    }
  }

  @Test
  void theProgramWithoutAuxEqualsTheFormulasWhileNothingIsDead() {
    try (SparseAutoencoder sae = random(config, 7)) {
      check(sae, new RandomStream(8).normal(Shape.of(BATCH, WIDTH)), silence(0), 0);
    }
  }

  @Test
  void roomForAsManyAsAreDeadIsAsGoodAsRoomForMore() {
    try (SparseAutoencoder sae = random(config, 7)) {
      check(sae, new RandomStream(8).normal(Shape.of(BATCH, WIDTH)), silence(3), 3);
    }
  }

  @Test
  void theReferenceBackendAgrees() {
    try (SparseAutoencoder sae = random(config, 9)) {
      Tensor x = new RandomStream(10).normal(Shape.of(BATCH, WIDTH));
      Engine.with(
          Backend.reference(),
          () -> {
            check(sae, x, silence(25), K_AUX);
            return sae;
          });
    }
  }

  @Test
  void equalRowsLeaveNoVarianceAndNoAuxiliaryLoss() {
    try (SparseAutoencoder sae = random(config, 11)) {
      Tensor row = new RandomStream(12).normal(Shape.of(1, WIDTH));
      Tensor x = row.expand(Shape.of(BATCH, WIDTH)).copy();
      SaeLoss loss = new SaeBatch(sae, training, SCALE, x, silence(25)).topK(topK, K_AUX);
      assertThat(loss.auxiliary().item()).isZero();
      assertThat(loss.dead().toIntArray()[0]).isPositive();
      List<Tensor> by = sae.parameters().values().stream().map(p -> p.value()).toList();
      for (Tensor gradient : loss.total().gradients(by)) {
        for (float number : gradient.toFloatArray()) {
          assertThat(number).isFinite();
        }
      }
    }
  }

  @Test
  void theDenseGradientsAreTheSlopesOfTheDenseLoss() {
    try (SparseAutoencoder sae = random(config, 13)) {
      DenseSae dense = new DenseSae(sae, K, K_AUX, SCALE, 1.0 / 32);
      double[][] x = DenseSae.rows(new RandomStream(14).normal(Shape.of(BATCH, WIDTH)));
      boolean[] dead = dead(silence(25).toIntArray(), dense.encode(x), BATCH, LIMIT);
      DenseSae.Pass pass = dense.pass(x, dead);
      assertThat(pass.auxiliary).isPositive();
      for (int i = 0; i < LATENTS; i++) {
        slope(dense, x, dead, pass, dense.encoder[i], pass.encoderGradient[i]);
        slope(dense, x, dead, pass, dense.decoder[i], pass.decoderGradient[i]);
      }
      slope(dense, x, dead, pass, dense.bias, pass.biasGradient);
      slope(dense, x, dead, pass, dense.preBias, pass.preBiasGradient);
    }
  }

  private static void slope(
      DenseSae dense,
      double[][] x,
      boolean[] dead,
      DenseSae.Pass at,
      double[] parameters,
      double[] gradient) {
    double h = 1e-5;
    for (int i = 0; i < parameters.length; i++) {
      double before = parameters[i];
      parameters[i] = before + h;
      double up = dense.losses(x, dead, at.residual, at.variance).total;
      parameters[i] = before - h;
      double down = dense.losses(x, dead, at.residual, at.variance).total;
      parameters[i] = before;
      assertThat((up - down) / (2 * h)).isCloseTo(gradient[i], offset(1e-8));
    }
  }

  @Test
  void silenceIsResetWhereALatentFiresAndThenGrowsByTheBatch() {
    SaeConfig tiny = new SaeConfig(2, 3, new Sparsity.TopK(1), Normalisation.NONE);
    SaeTraining settings = SaeTraining.defaults(tiny, 2, 100).withAux(0, 0).withDeadAfterTokens(5);
    try (SparseAutoencoder sae = new SparseAutoencoder(tiny)) {
      Shape matrix = Shape.of(3, 2);
      sae.encoderWeight().assign(Tensor.of(matrix, 1, 0, 0, 1, 0, 1e-3f));
      sae.decoderWeight().assign(Tensor.of(matrix, 1, 0, 0, 1, 0, 1));
      int[][] expected = {{2, 2, 2}, {4, 2, 4}, {6, 2, 6}, {2, 4, 8}, {4, 6, 10}};
      int[] expectedDead = {0, 0, 2, 1, 2};
      float[][] batches = {
        {1, 0, 0, 1}, {0, 1, 0, 2}, {0, 1, -1, 5}, {3, 0, 3, 0}, {5e-4f, 0, 0, 0}
      };
      Tensor silence = Tensor.ofInts(Shape.of(3), 0, 0, 0);
      for (int i = 0; i < batches.length; i++) {
        Tensor x = Tensor.of(Shape.of(2, 2), batches[i]);
        SaeLoss loss = new SaeBatch(sae, settings, 1, x, silence).topK(new Sparsity.TopK(1), 0);
        assertThat(loss.silence().toIntArray()).as("batch %d", i).containsExactly(expected[i]);
        assertThat(loss.dead().toIntArray()[0]).as("batch %d", i).isEqualTo(expectedDead[i]);
        silence = loss.silence();
      }
    }
  }

  @Test
  void reluWithL1IsTheDenseFormula() {
    SaeConfig relu = config.withSparsity(new Sparsity.ReluL1(0.01));
    try (SparseAutoencoder sae = random(relu, 15)) {
      Tensor x = new RandomStream(16).normal(Shape.of(BATCH, WIDTH));
      DenseSae dense = new DenseSae(sae, LATENTS, 0, SCALE, 0);
      DenseSae.Pass pass = dense.pass(DenseSae.rows(x), new boolean[LATENTS]);
      double l1 = Arrays.stream(DenseSae.flat(pass.latents)).sum() / BATCH;
      SaeLoss loss = new SaeBatch(sae, training, SCALE, x, silence(0)).reluL1(Tensor.scalar(0.01));
      same(loss.reconstruction(), pass.main);
      same(loss.total(), pass.main + 0.01 * l1);
      same(
          loss.total().gradients(List.of(sae.decoderWeight().value())).getFirst(),
          DenseSae.flat(pass.decoderGradient));
    }
  }
}
