package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.simoom.optim.AdEMAMix;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole training steps, their state, and what is made of it. */
class SaeTrainerTest {
  private static final int WIDTH = 12;
  private static final int LATENTS = 40;
  private static final int BATCH = 8;
  private static final int K = 3;
  private static final int K_AUX = 6;

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.99;
  private static final double BETA3 = 0.995;
  private static final double ALPHA = 2;
  private static final double EPSILON = 1e-3;
  private static final double RATE = 0.01;
  private static final double CLIP = 0.05;
  private static final double AVERAGE = 0.9;

  private final SaeConfig config =
      SaeConfig.topK(WIDTH, LATENTS, K).withNormalisation(Normalisation.NONE);

  private static SaeTraining training() {
    AdEMAMix rule =
        AdEMAMix.defaults()
            .withLearningRate(RATE)
            .withBetas(BETA1, BETA2, BETA3)
            .withAlpha(ALPHA)
            .withEpsilon(EPSILON);
    return new SaeTraining(
        BATCH,
        rule,
        CLIP,
        AVERAGE,
        new SaeTraining.DeadLatents(2 * BATCH, K_AUX, 1.0 / 32),
        new SaeTraining.Start(true, 3),
        0);
  }

  private static Tensor rows(long seed, int count) {
    return new RandomStream(seed).normal(Shape.of(count, WIDTH)).add(0.3);
  }

  /** AdEMAMix of one parameter in double, with the average of the weights. */
  private static final class Moments {
    final double[] m1;
    final double[] m2;
    final double[] nu;
    final double[] average;

    Moments(int n) {
      m1 = new double[n];
      m2 = new double[n];
      nu = new double[n];
      average = new double[n];
    }

    void update(double[] w, double[] g, int t) {
      for (int i = 0; i < w.length; i++) {
        m1[i] = BETA1 * m1[i] + (1 - BETA1) * g[i];
        m2[i] = BETA3 * m2[i] + (1 - BETA3) * g[i];
        nu[i] = BETA2 * nu[i] + (1 - BETA2) * g[i] * g[i];
        double root = Math.sqrt(nu[i] / (1 - Math.pow(BETA2, t))) + EPSILON;
        w[i] -= RATE * (m1[i] / (1 - Math.pow(BETA1, t)) + ALPHA * m2[i]) / root;
      }
    }

    void average(double[] w) {
      for (int i = 0; i < w.length; i++) {
        average[i] = AVERAGE * average[i] + (1 - AVERAGE) * w[i];
      }
    }
  }

  @Test
  void stepsAreThoseOfTheDenseFormulasAndOfAdEmaMixInDouble() {
    Tensor sample = rows(1, 64);
    try (SaeTrainer trainer = SaeTrainer.start(config, training(), sample)) {
      double scale = 1 / DenseSae.variance(DenseSae.rows(sample));
      DenseSae dense = new DenseSae(trainer.autoencoder(), K, K_AUX, scale, 1.0 / 32);
      List<Moments> moments = new ArrayList<>();
      for (double[] p : parameters(dense)) {
        moments.add(new Moments(p.length));
      }
      int[] silence = new int[LATENTS];
      boolean revived = false;
      for (int t = 1; t <= 6; t++) {
        Tensor batch = rows(100 + t, BATCH);
        double[][] x = DenseSae.rows(batch);
        double[][] latents = dense.encode(x);
        boolean[] dead = SaeLossTest.dead(silence, latents, BATCH, 2 * BATCH);
        DenseSae.Pass pass = dense.pass(x, dead);
        revived |= pass.auxiliary > 0;
        double norm = denseStep(dense, pass, moments, t);
        for (int i = 0; i < LATENTS; i++) {
          int latent = i;
          boolean fired = Arrays.stream(latents).anyMatch(z -> z[latent] > 1e-3);
          silence[i] = (fired ? 0 : silence[i]) + BATCH;
        }

        SaeTrainer.Step step = trainer.step(batch);
        assertThat(step.step()).isEqualTo(t);
        assertThat(step.loss()).isCloseTo(pass.total, offset(1e-5 * pass.total));
        assertThat(step.auxiliary()).isCloseTo(pass.auxiliary, offset(1e-4));
        assertThat(step.dead()).isEqualTo(pass.dead);
        assertThat(step.gradientNorm()).isCloseTo(norm, offset(1e-5 * norm));
        assertThat(norm).isGreaterThan(CLIP);
        assertThat(trainer.tokensSinceFired()).containsExactly(silence);
        compare(trainer.autoencoder(), parameters(dense));
      }
      assertThat(revived).isTrue();
      compareAverages(trainer, moments);
    }
  }

  private static List<double[]> parameters(DenseSae dense) {
    List<double[]> all = new ArrayList<>(List.of(dense.encoder));
    all.add(dense.bias);
    all.addAll(List.of(dense.decoder));
    all.add(dense.preBias);
    return all;
  }

  /** Takes off the parallel part, clips, updates, renormalises; gives the norm before clipping. */
  private static double denseStep(
      DenseSae dense, DenseSae.Pass pass, List<Moments> moments, int t) {
    List<double[]> gradients = new ArrayList<>(List.of(pass.encoderGradient));
    gradients.add(pass.biasGradient);
    for (int i = 0; i < LATENTS; i++) {
      double parallel = 0;
      for (int j = 0; j < WIDTH; j++) {
        parallel += pass.decoderGradient[i][j] * dense.decoder[i][j];
      }
      double[] rest = new double[WIDTH];
      for (int j = 0; j < WIDTH; j++) {
        rest[j] = pass.decoderGradient[i][j] - parallel * dense.decoder[i][j];
      }
      gradients.add(rest);
    }
    gradients.add(pass.preBiasGradient);
    double norm =
        Math.sqrt(gradients.stream().flatMapToDouble(Arrays::stream).map(v -> v * v).sum());
    double shrink = Math.min(1, CLIP / norm);
    List<double[]> parameters = parameters(dense);
    for (int p = 0; p < parameters.size(); p++) {
      double[] clipped = Arrays.stream(gradients.get(p)).map(v -> v * shrink).toArray();
      moments.get(p).update(parameters.get(p), clipped, t);
    }
    for (double[] row : dense.decoder) {
      double length = Math.sqrt(Arrays.stream(row).map(v -> v * v).sum());
      Arrays.setAll(row, j -> row[j] / length);
    }
    for (int p = 0; p < parameters.size(); p++) {
      moments.get(p).average(parameters.get(p));
    }
    return norm;
  }

  private static void compare(SparseAutoencoder sae, List<double[]> expected) {
    double[] all = expected.stream().flatMapToDouble(Arrays::stream).toArray();
    double[] actual =
        sae.parameters().values().stream()
            .flatMapToDouble(p -> Arrays.stream(DenseSae.row(p)))
            .toArray();
    assertThat(actual).hasSameSizeAs(all);
    for (int i = 0; i < all.length; i++) {
      assertThat(actual[i]).as("number %d", i).isCloseTo(all[i], offset(1e-5));
    }
  }

  /** The averages reconstruct the same from given latents, and their decoder is of norm 1. */
  private static void compareAverages(SaeTrainer trainer, List<Moments> moments) {
    double correction = 1 - Math.pow(AVERAGE, trainer.stepCount());
    try (SparseAutoencoder averaged = trainer.averaged()) {
      double[][] encoder = DenseSae.matrix(averaged.encoderWeight());
      double[][] decoder = DenseSae.matrix(averaged.decoderWeight());
      for (int i = 0; i < LATENTS; i++) {
        double[] d = moments.get(LATENTS + 1 + i).average;
        double length = Math.sqrt(Arrays.stream(d).map(v -> v * v).sum());
        for (int j = 0; j < WIDTH; j++) {
          assertThat(decoder[i][j]).isCloseTo(d[j] / length, offset(1e-5));
          double e = moments.get(i).average[j] / correction * (length / correction);
          assertThat(encoder[i][j]).isCloseTo(e, offset(1e-5));
        }
      }
      double[] preBias = DenseSae.row(averaged.preBias());
      for (int j = 0; j < WIDTH; j++) {
        assertThat(preBias[j]).isCloseTo(moments.getLast().average[j] / correction, offset(1e-5));
      }
    }
  }

  @Test
  void aResumedRunMakesTheSameBits(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("state.safetensors");
    Tensor sample = rows(1, 64);
    List<SaeTrainer.Step> straight = new ArrayList<>();
    try (SaeTrainer trainer = SaeTrainer.start(config, training(), sample)) {
      for (int t = 0; t < 8; t++) {
        if (t == 4) {
          SafetensorsWriter writer = new SafetensorsWriter();
          trainer.save(writer, "sae.");
          writer.write(file);
        }
        straight.add(trainer.step(rows(200 + t, BATCH)));
      }
      assertThat(straight).anyMatch(s -> s.auxiliary() > 0).anyMatch(s -> s.auxiliary() == 0);
      try (SafetensorsFile saved = SafetensorsFile.open(file);
          SaeTrainer resumed = SaeTrainer.restore(training(), saved, "sae.");
          SparseAutoencoder a = trainer.averaged()) {
        assertThat(resumed.stepCount()).isEqualTo(4);
        for (int t = 4; t < 8; t++) {
          assertThat(resumed.step(rows(200 + t, BATCH))).isEqualTo(straight.get(t));
        }
        sameBits(trainer.autoencoder(), resumed.autoencoder());
        assertThat(resumed.tokensSinceFired()).containsExactly(trainer.tokensSinceFired());
        try (SparseAutoencoder b = resumed.averaged()) {
          sameBits(a, b);
        }
      }
    }
  }

  @Test
  void aPenaltyThatWasChangedIsResumed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("state.safetensors");
    SaeConfig relu = config.withSparsity(new Sparsity.ReluL1(0.1));
    try (SaeTrainer trainer = SaeTrainer.start(relu, training(), rows(1, 64));
        SaeTrainer other = SaeTrainer.start(relu, training(), rows(1, 64))) {
      assertThat(other.step(rows(200, BATCH))).isEqualTo(trainer.step(rows(200, BATCH)));
      trainer.setPenalty(0.3);
      SafetensorsWriter writer = new SafetensorsWriter();
      trainer.save(writer, "");
      writer.write(file);
      SaeTrainer.Step next = trainer.step(rows(201, BATCH));
      assertThat(next.loss()).isGreaterThan(other.step(rows(201, BATCH)).loss());
      try (SafetensorsFile saved = SafetensorsFile.open(file);
          SaeTrainer resumed = SaeTrainer.restore(training(), saved, "")) {
        assertThat(resumed.step(rows(201, BATCH))).isEqualTo(next);
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> trainer.setPenalty(-1))
          .withMessageContaining("-1");
    }
  }

  static void sameBits(SparseAutoencoder a, SparseAutoencoder b) {
    for (Variable p : a.parameters().values()) {
      int[] bits = p.segment().toArray(ValueLayout.JAVA_INT);
      Variable q = b.parameters().get(p.name());
      assertThat(q.segment().toArray(ValueLayout.JAVA_INT)).as(p.name()).containsExactly(bits);
    }
  }

  @Test
  void aLearnableBatchIsLearned() {
    try (SaeTrainer trainer = SaeTrainer.start(config, training(), rows(1, 64))) {
      Tensor batch = rows(300, BATCH);
      double first = trainer.step(batch).reconstruction();
      double last = first;
      for (int t = 0; t < 150; t++) {
        last = trainer.step(batch).reconstruction();
      }
      assertThat(last).isLessThan(0.5 * first);
      assertThat(trainer.tokens()).isEqualTo(151 * BATCH);
      for (double[] row : DenseSae.matrix(trainer.autoencoder().decoderWeight())) {
        double norm = Math.sqrt(Arrays.stream(row).map(v -> v * v).sum());
        assertThat(norm).isCloseTo(1, offset(1e-6));
      }
    }
  }

  @Test
  void reluWithL1LearnsAndItsPenaltyLowersL0() {
    double[] l0 = new double[2];
    double[] coefficients = {0, 0.3};
    for (int run = 0; run < 2; run++) {
      SaeConfig relu = config.withSparsity(new Sparsity.ReluL1(coefficients[run]));
      try (SaeTrainer trainer = SaeTrainer.start(relu, training(), rows(1, 64))) {
        double first = trainer.step(rows(400, BATCH)).loss();
        SaeTrainer.Step last = null;
        for (int t = 0; t < 100; t++) {
          last = trainer.step(rows(400, BATCH));
        }
        assertThat(last.loss()).isLessThan(first);
        assertThat(last.auxiliary()).isZero();
        l0[run] = last.l0();
      }
    }
    assertThat(l0[1]).isLessThan(0.8 * l0[0]);
  }

  @Test
  void complaintsSayWhatIsNeeded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SaeTrainer.start(config, training(), rows(1, 64).slice(0, 0, 1)))
        .withMessageContaining("[n, 12]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SaeTrainer.start(config, training(), Tensor.ones(Shape.of(64, WIDTH))))
        .withMessageContaining("variance");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SaeTrainer.start(config, training().withAux(LATENTS + 1, 1), rows(1, 64)))
        .withMessageContaining("41 of 40");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training().withDeadAfterTokens(BATCH - 1))
        .withMessageContaining("deadAfterTokens");
    try (SaeTrainer trainer = SaeTrainer.start(config, training(), rows(1, 64))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> trainer.step(rows(1, 9)))
          .withMessageContaining("[8, 12]");
    }
  }

  @Test
  void aFileWithoutTrainingStateIsNotResumed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sae.safetensors");
    try (SparseAutoencoder sae = new SparseAutoencoder(config)) {
      sae.save(file);
    }
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> SaeTrainer.restore(training(), saved, ""))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("trainer.error_scale");
    }
  }
}
