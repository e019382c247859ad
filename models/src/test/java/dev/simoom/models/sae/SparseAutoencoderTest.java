package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.simoom.models.sae.Normalisation.Normalised;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoding, decoding, files, and the start of training. */
class SparseAutoencoderTest {
  private static final int WIDTH = 12;
  private static final int LATENTS = 40;
  private static final int K = 5;

  private final SaeConfig config = SaeConfig.topK(WIDTH, LATENTS, K);

  private static Tensor rows(long seed, int count) {
    return new RandomStream(seed).normal(Shape.of(count, WIDTH)).mul(3).add(7);
  }

  @Test
  void theCodeIsThePositivePartOfTheLargestLatents() {
    try (SparseAutoencoder sae = SaeLossTest.random(config, 1)) {
      Tensor x = sae.normalise(rows(2, 30)).rows();
      double[][] expected = new DenseSae(sae, K, 0, 1, 0).encode(DenseSae.rows(x));
      SparseCode code = sae.encodeNormalised(x);
      assertThat(code.values().shape()).isEqualTo(Shape.of(30, K));
      double[][] values = DenseSae.rows(code.values());
      int[] indices = code.indices().toIntArray();
      for (int r = 0; r < 30; r++) {
        double[] dense = new double[LATENTS];
        for (int j = 0; j < K; j++) {
          dense[indices[r * K + j]] += values[r][j];
          assertThat(j == 0 || values[r][j] <= values[r][j - 1]).isTrue();
        }
        for (int i = 0; i < LATENTS; i++) {
          assertThat(dense[i]).isCloseTo(expected[r][i], offset(1e-5));
        }
      }
    }
  }

  @Test
  void reconstructionIsInOriginalUnitsForAnyLeadingAxesEagerOrTraced() {
    try (SparseAutoencoder sae = SaeLossTest.random(config, 1);
        Program program = Program.of(sae::reconstruct)) {
      Tensor x = rows(3, 24);
      Tensor flat = sae.reconstruct(x);
      Tensor cube = program.run(x.reshape(2, 3, 4, WIDTH));
      assertThat(cube.shape()).isEqualTo(Shape.of(2, 3, 4, WIDTH));
      SaeLossTest.same(cube, DenseSae.doubles(flat));

      DenseSae dense = new DenseSae(sae, K, 0, 1, 0);
      double[][] raw = DenseSae.rows(x);
      for (int r = 0; r < raw.length; r++) {
        double mean = Arrays.stream(raw[r]).average().orElseThrow();
        double norm = Math.sqrt(Arrays.stream(raw[r]).map(v -> (v - mean) * (v - mean)).sum());
        double[][] input = {Arrays.stream(raw[r]).map(v -> (v - mean) / norm).toArray()};
        double[] decoded = dense.combine(dense.encode(input)[0], dense.preBias);
        for (int j = 0; j < WIDTH; j++) {
          assertThat(flat.toFloatArray()[r * WIDTH + j])
              .isCloseTo((float) (decoded[j] * norm + mean), offset(1e-4f));
        }
      }
    }
  }

  @Test
  void aReluCodeHoldsEveryPositiveLatent() {
    SaeConfig relu = config.withSparsity(new Sparsity.ReluL1(0.1));
    try (SparseAutoencoder sae = SaeLossTest.random(relu, 4)) {
      Tensor x = sae.normalise(rows(5, 10)).rows();
      Tensor viaCode = sae.decode(sae.encodeNormalised(x));
      SaeLossTest.same(viaCode, DenseSae.doubles(sae.reconstructNormalised(x)));
    }
  }

  @Test
  void normalisingIsUndoneByRestoring() {
    for (Normalisation normalisation : Normalisation.values()) {
      Tensor x = rows(6, 20);
      Normalised n = normalisation.apply(x);
      SaeLossTest.same(n.restore(n.rows()), DenseSae.doubles(x));
    }
    Normalised unit = Normalisation.UNIT_NORM.apply(rows(6, 20));
    for (double[] row : DenseSae.rows(unit.rows())) {
      assertThat(Arrays.stream(row).sum()).isCloseTo(0, offset(1e-5));
      assertThat(Arrays.stream(row).map(v -> v * v).sum()).isCloseTo(1, offset(1e-5));
    }
  }

  @Test
  void aConstantRowStaysFinite() {
    Tensor constant = Tensor.full(Shape.of(1, WIDTH), 4);
    Normalised n = Normalisation.UNIT_NORM.apply(constant);
    assertThat(n.rows().toFloatArray()).containsOnly(0);
    assertThat(n.restore(n.rows()).toFloatArray()).containsOnly(4);
  }

  @Test
  void filesHoldWeightsAndConfiguration(@TempDir Path folder) throws IOException {
    for (Sparsity sparsity : new Sparsity[] {new Sparsity.TopK(K), new Sparsity.ReluL1(0.25)}) {
      Path file = folder.resolve("sae.safetensors");
      SaeConfig saved = config.withSparsity(sparsity);
      try (SparseAutoencoder sae = SaeLossTest.random(saved, 8)) {
        sae.save(file);
        try (SparseAutoencoder back = SparseAutoencoder.load(file)) {
          assertThat(back.config()).isEqualTo(saved);
          SaeTrainerTest.sameBits(sae, back);
        }
      }
      try (SafetensorsFile content = SafetensorsFile.open(file)) {
        assertThat(content.names())
            .containsExactly("encoder.weight", "encoder.bias", "decoder.weight", "pre_bias");
        assertThat(content.metadata())
            .containsEntry("format", "simoom.sae.1")
            .containsEntry("normalisation", "unit_norm");
      }
    }
  }

  @Test
  void aFileOfSomethingElseIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("other.safetensors");
    new SafetensorsWriter().write(file);
    assertThatThrownBy(() -> SparseAutoencoder.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'format'");
    new SafetensorsWriter().metadata("format", "else").write(file);
    assertThatThrownBy(() -> SparseAutoencoder.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("simoom.sae.1");
  }

  @Test
  void trainingStartsWithUnitDirectionsAndReconstructionsAsLongAsInputs() {
    SaeTraining training = SaeTraining.defaults(config, 8, 100).withSeed(9);
    Tensor sample = rows(10, 500);
    for (boolean tied : new boolean[] {true, false}) {
      SaeTraining settings = tied ? training : training.untied();
      try (SaeTrainer trainer = SaeTrainer.start(config, settings, sample)) {
        SparseAutoencoder sae = trainer.autoencoder();
        assertThat(DenseSae.row(sae.encoderBias())).containsOnly(0);
        double[][] encoder = DenseSae.matrix(sae.encoderWeight());
        double[][] decoder = DenseSae.matrix(sae.decoderWeight());
        double smallest = 1;
        for (int i = 0; i < LATENTS; i++) {
          assertThat(dot(decoder[i], decoder[i])).isCloseTo(1, offset(1e-6));
          double cosine = dot(encoder[i], decoder[i]) / Math.sqrt(dot(encoder[i], encoder[i]));
          smallest = Math.min(smallest, cosine);
        }
        assertThat(smallest > 1 - 1e-6).isEqualTo(tied);

        Tensor median = sae.preBias().value();
        Tensor probes = SaeInitialiser.unitRows(new RandomStream(11).normal(Shape.of(2000, WIDTH)));
        Tensor shift = sae.reconstructNormalised(probes.add(median)).sub(median);
        assertThat(shift.square().sum(-1).sqrt().mean().item()).isCloseTo(1, offset(0.1f));
        double[] expected = GeometricMedian.of(sae.normalise(sample).rows().toFloatArray(), WIDTH);
        SaeLossTest.same(median, expected);
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void defaultsFollowTheRules() {
    assertThat(SaeTraining.defaultKAux(SaeConfig.topK(256, 4096, 32))).isEqualTo(128);
    assertThat(SaeTraining.defaultKAux(SaeConfig.topK(100, 4096, 32))).isEqualTo(32);
    assertThat(SaeTraining.defaultKAux(SaeConfig.topK(256, 64, 32))).isEqualTo(64);
    assertThat(SaeTraining.learningRate(1 << 14)).isEqualTo(2e-4);
    assertThat(SaeTraining.learningRate(1 << 12)).isEqualTo(4e-4);
    assertThat(SaeTraining.defaults(config, 4096, 1_000_000).dead().afterTokens())
        .isEqualTo(10_000_000);
    assertThat(SaeTraining.defaults(config, 100, 1000).dead().afterTokens()).isEqualTo(10_000);
    var schedule = SaeTraining.schedule(1e-3, 1000);
    assertThat(schedule.at(25)).isCloseTo(5e-4, offset(1e-9));
    assertThat(schedule.at(50)).isCloseTo(1e-3, offset(1e-9));
    assertThat(schedule.at(800)).isCloseTo(1e-3, offset(1e-9));
    assertThat(schedule.at(900)).isCloseTo(5e-4, offset(1e-9));
    assertThat(schedule.at(1000)).isZero();
    assertThat(schedule.at(5000)).isZero();
  }

  @Test
  void wrongShapesAndSettingsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SaeConfig.topK(4, 8, 9))
        .withMessageContaining("9 of 8");
    try (SparseAutoencoder sae = new SparseAutoencoder(config)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> sae.encode(Tensor.ones(Shape.of(2, 5))))
          .withMessageContaining("[2, 5]");
    }
  }
}
