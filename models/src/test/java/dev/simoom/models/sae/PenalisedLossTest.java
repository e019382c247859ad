package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ReLU with L1 and JumpReLU with L0 against a dense evaluation in double. */
class PenalisedLossTest {
  private static final int WIDTH = 12;
  private static final int LATENTS = 40;
  private static final int BATCH = 16;
  private static final double SCALE = 1.7;
  private static final double BANDWIDTH = 0.4;

  private final SaeConfig relu =
      new SaeConfig(WIDTH, LATENTS, new Sparsity.ReluL1(0.3), Normalisation.NONE);
  private final SaeConfig jump = relu.withSparsity(new Sparsity.JumpRelu(0.2, BANDWIDTH));
  private final SaeTraining training = SaeTraining.defaults(relu, BATCH, 100);
  private final Tensor x = new RandomStream(2).normal(Shape.of(BATCH, WIDTH));
  private final Tensor silence = Tensor.ofInts(Shape.of(LATENTS), new int[LATENTS]);

  private static List<Tensor> withGradients(SparseAutoencoder sae, SaeLoss loss) {
    List<Tensor> by = new ArrayList<>();
    sae.parameters().values().forEach(p -> by.add(p.value()));
    List<Tensor> all = new ArrayList<>(List.of(loss.total(), loss.reconstruction()));
    all.addAll(loss.total().gradients(by));
    return all;
  }

  private static void same(List<Tensor> actual, DensePenalised expected) {
    SaeLossTest.same(actual.get(0), expected.loss);
    SaeLossTest.same(actual.get(1), expected.reconstruction);
    SaeLossTest.same(actual.get(2), DenseSae.flat(expected.encoderGradient));
    SaeLossTest.same(actual.get(3), expected.biasGradient);
    SaeLossTest.same(actual.get(4), DenseSae.flat(expected.decoderGradient));
    SaeLossTest.same(actual.get(5), expected.preBiasGradient);
  }

  @Test
  void reluWithL1IsTheDenseFormula() {
    try (SparseAutoencoder sae = SaeLossTest.random(relu, 1);
        Program program =
            Program.ofMany(
                in -> {
                  Tensor weight = Tensor.scalar(0.3);
                  return withGradients(
                      sae, new SaeBatch(sae, training, SCALE, in.get(0), in.get(1)).reluL1(weight));
                })) {
      DensePenalised dense = new DensePenalised(sae, new double[LATENTS], SCALE, 0.3, 0, 1);
      dense.pass(DenseSae.rows(x));
      same(program.runAll(x, silence), dense);
    }
  }

  @Test
  void jumpReluIsTheDenseFormulaWithThePapersEstimateByTheThresholds() {
    try (SparseAutoencoder sae = SaeLossTest.random(jump, 1);
        Program program =
            Program.ofMany(
                in -> {
                  Tensor weight = Tensor.scalar(0.2);
                  return withGradients(
                      sae,
                      new SaeBatch(sae, training, SCALE, in.get(0), in.get(1))
                          .jumpRelu(weight, BANDWIDTH));
                })) {
      sae.threshold().assign(sae.threshold().value().abs());
      double[] threshold = DenseSae.row(sae.threshold());
      DensePenalised dense = new DensePenalised(sae, threshold, SCALE, 0, 0.2, BANDWIDTH);
      dense.pass(DenseSae.rows(x));
      List<Tensor> actual = program.runAll(x, silence);
      same(actual, dense);
      SaeLossTest.same(actual.get(6), dense.thresholdGradient);
      assertThat(Arrays.stream(dense.thresholdGradient).filter(g -> g != 0).count())
          .isGreaterThan(LATENTS / 2);
    }
  }

  @Test
  void theDenseGradientsAreSlopesWhereTheLossIsSmooth() {
    try (SparseAutoencoder sae = SaeLossTest.random(jump, 3)) {
      double[] threshold = DenseSae.row(sae.threshold());
      Arrays.setAll(threshold, i -> Math.abs(threshold[i]));
      for (double l1 : new double[] {0, 0.3}) {
        DensePenalised dense = new DensePenalised(sae, threshold, SCALE, l1, 0.2, BANDWIDTH);
        double[][] rows = DenseSae.rows(x);
        dense.pass(rows);
        for (int i = 0; i < LATENTS; i++) {
          slopes(dense, rows, dense.weights.encoder[i], dense.encoderGradient[i]);
          slopes(dense, rows, dense.weights.decoder[i], dense.decoderGradient[i]);
        }
        slopes(dense, rows, dense.weights.bias, dense.biasGradient);
        slopes(dense, rows, dense.weights.preBias, dense.preBiasGradient);
      }
    }
  }

  private static void slopes(
      DensePenalised dense, double[][] x, double[] parameters, double[] gradient) {
    double h = 1e-6;
    for (int i = 0; i < parameters.length; i++) {
      double before = parameters[i];
      parameters[i] = before + h;
      double up = dense.loss(x);
      parameters[i] = before - h;
      double down = dense.loss(x);
      parameters[i] = before;
      assertThat((up - down) / (2 * h)).isCloseTo(gradient[i], offset(1e-7));
    }
  }

  @Test
  void latentsAtTheirThresholdAreOff() {
    SaeConfig one = new SaeConfig(1, 1, new Sparsity.JumpRelu(0), Normalisation.NONE);
    try (SparseAutoencoder sae = new SparseAutoencoder(one)) {
      sae.encoderWeight().assign(Tensor.ones(Shape.of(1, 1)));
      sae.threshold().assign(Tensor.full(Shape.of(1), 0.5));
      Tensor latents = sae.latents(Tensor.of(Shape.of(4, 1), -1, 0.25f, 0.5f, 0.75f));
      assertThat(latents.toFloatArray()).containsExactly(0, 0, 0, 0.75f);
    }
  }

  @Test
  void settingsThatMakeNoSenseAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sparsity.ReluL1(Double.NaN))
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sparsity.JumpRelu(-1))
        .withMessageContaining("-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sparsity.JumpRelu(1, 0))
        .withMessageContaining("bandwidth");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sparsity.TopK(3).withPenalty(1))
        .withMessageContaining("no penalty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.withPenaltyWarmup(-1))
        .withMessageContaining("penaltyWarmup");
  }
}
