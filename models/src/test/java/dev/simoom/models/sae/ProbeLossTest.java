package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.data.Offset.offset;

import dev.simoom.kernels.Backend;
import dev.simoom.tensor.Engine;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Probe losses against logistic regressions of all latents in double. */
class ProbeLossTest {
  private static final int WIDTH = 12;
  private static final int LATENTS = 60;
  private static final int ROWS = 300;
  private static final int QUESTIONS = 5;

  private final Tensor x = new RandomStream(2).normal(Shape.of(ROWS, WIDTH)).add(3);
  private final SaeConfig config = SaeConfig.topK(WIDTH, LATENTS, 4);

  /** Two noisy and one rare but usable question about a latent each, and two with one answer. */
  private float[] answers(double[][] pre) {
    float[] noise = new RandomStream(5).uniform(Shape.of(ROWS)).toFloatArray();
    float[] answers = new float[ROWS * QUESTIONS];
    for (int r = 0; r < ROWS; r++) {
      answers[r * QUESTIONS] = pre[r][17] + noise[r] > 0.6 ? 1 : 0;
      answers[r * QUESTIONS + 1] = r % 150 == 0 ? 1 : 0;
      answers[r * QUESTIONS + 2] = pre[r][40] - 2 * noise[r] > 0.1 ? 1 : 0;
      answers[r * QUESTIONS + 3] = 1;
      answers[r * QUESTIONS + 4] = noise[r] < 0.03 ? 1 : 0;
    }
    return answers;
  }

  private double[][] preActivations(SparseAutoencoder sae) {
    DenseSae dense = new DenseSae(sae, 4, 1, 1, 0);
    double[][] rows = DenseSae.rows(sae.normalise(x).rows());
    double[][] pre = new double[ROWS][LATENTS];
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < LATENTS; i++) {
        pre[r][i] = dense.preActivation(i, rows[r]);
      }
    }
    return pre;
  }

  private static double loss(double[] z, double[] y, double w, double b) {
    double sum = 0;
    for (int r = 0; r < z.length; r++) {
      double p = 1 / (1 + Math.exp(-(w * z[r] + b)));
      sum -= y[r] * Math.log(p) + (1 - y[r]) * Math.log(1 - p);
    }
    return sum / z.length;
  }

  /** By bisection in bisection, which is slow, and unlike what is tested. */
  private static double leastLoss(double[] values, double[] y) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double[] z = Arrays.stream(values).map(v -> v - mean).toArray();
    double w = root(slope -> derivative(z, y, slope, bestOffset(z, y, slope), true));
    return loss(z, y, w, bestOffset(z, y, w));
  }

  private static double bestOffset(double[] z, double[] y, double slope) {
    return root(offset -> derivative(z, y, slope, offset, false));
  }

  private static double derivative(double[] z, double[] y, double w, double b, boolean bySlope) {
    double sum = 0;
    for (int r = 0; r < z.length; r++) {
      sum += (1 / (1 + Math.exp(-(w * z[r] + b))) - y[r]) * (bySlope ? z[r] : 1);
    }
    return sum;
  }

  /** Where a function that grows is 0. */
  private static double root(DoubleUnaryOperator growing) {
    double low = -100;
    double high = 100;
    for (int i = 0; i < 26; i++) {
      double middle = (low + high) / 2;
      if (growing.applyAsDouble(middle) > 0) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return low;
  }

  private static double[] column(double[][] rows, int column) {
    return Arrays.stream(rows).mapToDouble(r -> r[column]).toArray();
  }

  @Test
  void theBestLatentOfEachQuestionIsFound() {
    try (SparseAutoencoder sae = SaeLossTest.random(config, 1)) {
      double[][] pre = preActivations(sae);
      float[] answers = answers(pre);
      ProbeLoss probes = new ProbeLoss(sae, QUESTIONS);
      float[] rows = x.toFloatArray();
      int cut = 150;
      probes.add(Arrays.copyOf(rows, cut * WIDTH), Arrays.copyOf(answers, cut * QUESTIONS));
      probes.add(
          Arrays.copyOfRange(rows, cut * WIDTH, rows.length),
          Arrays.copyOfRange(answers, cut * QUESTIONS, answers.length));
      ProbeLoss.Result result = probes.result();
      assertThat(result.probes().stream().map(ProbeLoss.Probe::question)).containsExactly(0, 2, 4);
      double sum = 0;
      for (ProbeLoss.Probe probe : result.probes()) {
        sum += probe.loss();
        check(probe, pre, answers);
      }
      assertThat(result.loss()).isCloseTo(sum / 3, offset(1e-12));
      assertThat(result.probes().getFirst().latent()).isEqualTo(17);
      assertThat(result.probes().get(1).latent()).isEqualTo(40);
      ProbeLoss whole = new ProbeLoss(sae, QUESTIONS);
      whole.add(rows, answers);
      assertThat(whole.result().loss()).isCloseTo(result.loss(), offset(1e-6));
    }
  }

  private static void check(ProbeLoss.Probe probe, double[][] pre, float[] answers) {
    double[] y = new double[ROWS];
    Arrays.setAll(y, r -> answers[r * QUESTIONS + probe.question()]);
    double share = Arrays.stream(y).average().orElseThrow();
    assertThat(probe.share()).isCloseTo(share, offset(1e-9));
    assertThat(probe.baseLoss())
        .isCloseTo(loss(new double[ROWS], y, 0, Math.log(share / (1 - share))), offset(1e-9));
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < LATENTS; i++) {
      best = Math.min(best, leastLoss(column(pre, i), y));
    }
    assertThat(probe.loss()).isCloseTo(best, offset(2e-6)).isLessThan(probe.baseLoss());
    assertThat(leastLoss(column(pre, probe.latent()), y)).isCloseTo(best, offset(2e-6));
  }

  @Test
  void aLatentThatTellsTheAnswerForSureHasNoLoss() {
    try (SparseAutoencoder sae = SaeLossTest.random(config, 1)) {
      double[][] pre = preActivations(sae);
      float[] answers = new float[ROWS];
      for (int r = 0; r < ROWS; r++) {
        answers[r] = pre[r][33] > 0.2 ? 1 : 0;
      }
      ProbeLoss probes = new ProbeLoss(sae, 1);
      probes.add(x.toFloatArray(), answers);
      ProbeLoss.Probe probe = probes.result().probes().getFirst();
      assertThat(probe.latent()).isEqualTo(33);
      assertThat(probe.loss()).isBetween(0.0, 1e-4);
    }
  }

  @Test
  void latentsThatNeverVaryAnswerNothing() {
    try (SparseAutoencoder sae = new SparseAutoencoder(config)) {
      float[] answers = new float[ROWS];
      Arrays.fill(answers, 0, ROWS / 4, 1);
      ProbeLoss probes = new ProbeLoss(sae, 1);
      probes.add(x.toFloatArray(), answers);
      ProbeLoss.Result result = probes.result();
      assertThat(result.baseLoss()).isCloseTo(0.56233514, offset(1e-8));
      assertThat(result.loss()).isCloseTo(result.baseLoss(), offset(1e-7));
      ProbeLoss certain = new ProbeLoss(sae, 1);
      certain.add(x.toFloatArray(), new float[ROWS]);
      assertThat(certain.result().probes()).isEmpty();
      assertThat(certain.result().loss()).isNaN();
    }
  }

  @Test
  void threadsDoNotMatter() {
    try (SparseAutoencoder sae = SaeLossTest.random(config, 1)) {
      float[] answers = answers(preActivations(sae));
      ProbeLoss probes = new ProbeLoss(sae, QUESTIONS);
      probes.add(x.toFloatArray(), answers);
      ProbeLoss.Result one = Engine.with(Backend.simd(1), probes::result);
      assertThat(Engine.with(Backend.simd(3), probes::result)).isEqualTo(one);
    }
  }

  @Test
  void misuseIsNamed() {
    try (SparseAutoencoder sae = new SparseAutoencoder(config)) {
      ProbeLoss probes = new ProbeLoss(sae, 2);
      assertThatIllegalStateException().isThrownBy(probes::result);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> probes.add(new float[2 * WIDTH], new float[2]))
          .withMessageContaining("2 answers to 2 questions");
    }
  }
}
