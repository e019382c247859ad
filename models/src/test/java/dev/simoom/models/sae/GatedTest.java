package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The formulas of gated autoencoders in double, and slopes of the loss by differences. */
class GatedTest {
  private static final int WIDTH = 12;
  private static final int LATENTS = 40;
  private static final int BATCH = 16;
  private static final double SCALE = 1.7;
  private static final double L1 = 0.3;

  private final SaeConfig config =
      new SaeConfig(WIDTH, LATENTS, new Sparsity.Gated(L1), Normalisation.NONE);
  private final SaeTraining training = SaeTraining.defaults(config, BATCH, 100);
  private final Tensor x = new RandomStream(2).normal(Shape.of(BATCH, WIDTH));
  private final Tensor silence = Tensor.ofInts(Shape.of(LATENTS), new int[LATENTS]);

  /** The paper's formulas, with the copies of decoder and bias that its frozen decoder has. */
  private static final class Dense {
    final Map<String, double[]> parameters = new LinkedHashMap<>();
    private final double[] frozenDecoder;
    private final double[] frozenBias;
    double main;

    Dense(SparseAutoencoder sae) {
      for (Variable p : sae.parameters().values()) {
        parameters.put(p.name(), DenseSae.row(p));
      }
      frozenDecoder = parameters.get("decoder.weight").clone();
      frozenBias = parameters.get("pre_bias").clone();
    }

    double[] latents(double[] x, double[] gates) {
      double[] w = parameters.get("encoder.weight");
      double[] bias = parameters.get("pre_bias");
      double[] z = new double[LATENTS];
      for (int i = 0; i < LATENTS; i++) {
        double product = 0;
        for (int j = 0; j < WIDTH; j++) {
          product += w[i * WIDTH + j] * (x[j] - bias[j]);
        }
        double gate = product + parameters.get("encoder.bias")[i];
        gates[i] = Math.max(0, gate);
        double scale = Math.exp(parameters.get("magnitude.log_scale")[i]);
        double magnitude = scale * product + parameters.get("magnitude.bias")[i];
        z[i] = gate > 0 ? Math.max(0, magnitude) : 0;
      }
      return z;
    }

    static double[] decode(double[] z, double[] decoder, double[] bias) {
      double[] y = bias.clone();
      for (int i = 0; i < LATENTS; i++) {
        for (int j = 0; j < WIDTH; j++) {
          y[j] += z[i] * decoder[i * WIDTH + j];
        }
      }
      return y;
    }

    double loss(double[][] rows) {
      main = 0;
      double rest = 0;
      for (double[] row : rows) {
        double[] gates = new double[LATENTS];
        double[] z = latents(row, gates);
        double[] y = decode(z, parameters.get("decoder.weight"), parameters.get("pre_bias"));
        double[] guess = decode(gates, frozenDecoder, frozenBias);
        for (int j = 0; j < WIDTH; j++) {
          main += SCALE * (y[j] - row[j]) * (y[j] - row[j]) / (BATCH * WIDTH);
          rest += SCALE * (guess[j] - row[j]) * (guess[j] - row[j]) / (BATCH * WIDTH);
        }
        rest += L1 * Arrays.stream(gates).sum() / BATCH;
      }
      return main + rest;
    }

    double[] slopes(double[][] rows, double[] parameter) {
      double h = 1e-6;
      double[] slopes = new double[parameter.length];
      for (int i = 0; i < parameter.length; i++) {
        double before = parameter[i];
        parameter[i] = before + h;
        double up = loss(rows);
        parameter[i] = before - h;
        slopes[i] = (up - loss(rows)) / (2 * h);
        parameter[i] = before;
      }
      return slopes;
    }
  }

  @Test
  void lossAndGradientsAreThoseOfThePaper() {
    try (SparseAutoencoder sae = SaeLossTest.random(config, 1);
        Program program =
            Program.ofMany(
                in -> {
                  SaeBatch batch = new SaeBatch(sae, training, SCALE, in.get(0), in.get(1));
                  SaeLoss loss = batch.gated(Tensor.scalar(L1));
                  List<Tensor> by = new ArrayList<>();
                  sae.parameters().values().forEach(p -> by.add(p.value()));
                  List<Tensor> all = new ArrayList<>(loss.total().gradients(by));
                  all.addAll(List.of(loss.total(), loss.reconstruction(), loss.auxiliary()));
                  return all;
                })) {
      Dense dense = new Dense(sae);
      double[][] rows = DenseSae.rows(x);
      List<Tensor> actual = program.runAll(x, silence);
      int n = 0;
      for (double[] parameter : dense.parameters.values()) {
        SaeLossTest.same(actual.get(n++), dense.slopes(rows, parameter));
      }
      assertThat(n).isEqualTo(6);
      SaeLossTest.same(actual.get(n++), dense.loss(rows));
      SaeLossTest.same(actual.get(n++), dense.main);
      assertThat(actual.get(n).item()).isZero();
    }
  }

  @Test
  void latentsAndReconstructionAreThoseOfTheFormula() {
    try (SparseAutoencoder sae = SaeLossTest.random(config, 3)) {
      Dense dense = new Dense(sae);
      double[][] rows = DenseSae.rows(x);
      double[][] latents = new double[BATCH][];
      double[][] output = new double[BATCH][];
      for (int r = 0; r < BATCH; r++) {
        latents[r] = dense.latents(rows[r], new double[LATENTS]);
        output[r] = Dense.decode(latents[r], dense.frozenDecoder, dense.frozenBias);
      }
      SaeLossTest.same(sae.latents(x), DenseSae.flat(latents));
      SaeLossTest.same(sae.reconstruct(x), DenseSae.flat(output));
      SaeLossTest.same(sae.decode(sae.encode(x)), DenseSae.flat(output));
      // Some latents have an open gate and no magnitude, others would have one and are closed.
      double[] open = DenseSae.doubles(sae.preActivations(x));
      double[] z = DenseSae.flat(latents);
      assertThat(open.length).isEqualTo(z.length);
      int silentBehindOpen = 0;
      for (int i = 0; i < z.length; i++) {
        silentBehindOpen += open[i] > 0 && z[i] == 0 ? 1 : 0;
      }
      assertThat(silentBehindOpen).isPositive();
    }
  }

  @Test
  void anAverageReconstructsAsItsWeightsDo() {
    Tensor sample = new RandomStream(4).normal(Shape.of(64, WIDTH));
    SaeTraining settings =
        new SaeTraining(
            BATCH, training.rule(), 1, 0, training.dead(), new SaeTraining.Start(true, 1), 0);
    try (SaeTrainer trainer = SaeTrainer.start(config, settings, sample)) {
      for (int step = 0; step < 20; step++) {
        trainer.step(x);
      }
      SparseAutoencoder sae = trainer.autoencoder();
      assertThat(DenseSae.row(sae.logScale())).doesNotContain(0);
      assertThat(Arrays.stream(DenseSae.row(sae.magnitudeBias()))).anyMatch(b -> b != 0);
      try (SparseAutoencoder averaged = trainer.averaged()) {
        SaeLossTest.same(averaged.reconstruct(x), DenseSae.doubles(sae.reconstruct(x)));
      }
    }
  }
}
