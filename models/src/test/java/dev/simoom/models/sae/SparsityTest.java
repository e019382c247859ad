package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.kernels.Backend;
import dev.simoom.optim.AdamW;
import dev.simoom.tensor.Engine;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every way of being sparse. */
class SparsityTest {
  private static final int WIDTH = 12;
  private static final int LATENTS = 40;
  private static final int BATCH = 32;

  static List<Sparsity> all() {
    return List.of(
        new Sparsity.TopK(3),
        new Sparsity.BatchTopK(3),
        new Sparsity.ReluL1(0.05),
        new Sparsity.JumpRelu(0.01, 0.1),
        new Sparsity.Gated(0.05),
        new Sparsity.TopK(3, true),
        new Sparsity.Matryoshka(3, List.of(10, 25, LATENTS)));
  }

  private static SaeConfig config(Sparsity sparsity) {
    return new SaeConfig(WIDTH, LATENTS, sparsity, Normalisation.UNIT_NORM);
  }

  private static SaeTraining training(Sparsity sparsity) {
    return SaeTraining.defaults(config(sparsity), BATCH, 40)
        .withRule(AdamW.defaults().withWeightDecay(0).withLearningRate(3e-3))
        .withDeadAfterTokens(2 * BATCH)
        .withPenaltyWarmup(6);
  }

  private static Tensor rows(long seed) {
    return new RandomStream(seed).normal(Shape.of(BATCH, WIDTH)).add(0.3);
  }

  private static SaeTrainer start(Sparsity sparsity) {
    return SaeTrainer.start(config(sparsity), training(sparsity), rows(1));
  }

  @ParameterizedTest
  @MethodSource("all")
  void threadsDoNotChangeBits(Sparsity sparsity) {
    try (SaeTrainer one = Engine.with(Backend.simd(1), () -> trained(sparsity));
        SaeTrainer two = Engine.with(Backend.simd(2), () -> trained(sparsity))) {
      SaeTrainerTest.sameBits(one.autoencoder(), two.autoencoder());
      assertThat(one.threshold()).isEqualTo(two.threshold());
    }
  }

  private static SaeTrainer trained(Sparsity sparsity) {
    SaeTrainer trainer = start(sparsity);
    for (int t = 0; t < 8; t++) {
      trainer.step(rows(100 + t));
    }
    return trainer;
  }

  @ParameterizedTest
  @MethodSource("all")
  void aResumedRunMakesTheSameBits(Sparsity sparsity, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("state.safetensors");
    List<SaeTrainer.Step> straight = new ArrayList<>();
    try (SaeTrainer trainer = start(sparsity)) {
      for (int t = 0; t < 8; t++) {
        if (t == 4) {
          SafetensorsWriter writer = new SafetensorsWriter();
          trainer.save(writer, "sae.");
          writer.write(file);
        }
        straight.add(trainer.step(rows(200 + t)));
      }
      try (SafetensorsFile saved = SafetensorsFile.open(file);
          SaeTrainer resumed = SaeTrainer.restore(training(sparsity), saved, "sae.")) {
        for (int t = 4; t < 8; t++) {
          assertThat(resumed.step(rows(200 + t))).isEqualTo(straight.get(t));
        }
        assertThat(resumed.threshold()).isEqualTo(trainer.threshold());
        try (SparseAutoencoder a = trainer.averaged();
            SparseAutoencoder b = resumed.averaged()) {
          SaeTrainerTest.sameBits(a, b);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void filesHoldWeightsAndConfiguration(Sparsity sparsity, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("sae.safetensors");
    try (SparseAutoencoder sae = SaeLossTest.random(config(sparsity), 8)) {
      sae.save(file);
      try (SparseAutoencoder back = SparseAutoencoder.load(file)) {
        assertThat(back.config()).isEqualTo(sae.config());
        SaeTrainerTest.sameBits(sae, back);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void codeLatentsAndReconstructionGoTogether(Sparsity sparsity) {
    try (SparseAutoencoder sae = SaeLossTest.random(config(sparsity), 8);
        Program bounded =
            Program.ofMany(
                in -> {
                  SparseCode code = sae.encodeLargest(in.getFirst(), LATENTS);
                  return List.of(sae.decode(code));
                })) {
      sae.threshold().assign(sae.threshold().value().abs());
      Tensor x = rows(9);
      Tensor normalised = sae.normalise(x).rows();
      double[] expected = DenseSae.doubles(sae.reconstructNormalised(normalised));
      SaeLossTest.same(sae.decodeDense(sae.latents(normalised)), expected);
      SaeLossTest.same(sae.decode(sae.encode(x)), expected);
      SaeLossTest.same(bounded.runAll(x).getFirst(), expected);

      SaeMetrics metrics = new SaeMetrics(sae);
      metrics.add(x);
      float[] latents = sae.latents(normalised).toFloatArray();
      int active = 0;
      for (float z : latents) {
        active += z > 0 ? 1 : 0;
      }
      assertThat(metrics.result().l0()).isCloseTo((double) active / BATCH, within(1e-9));
    }
  }

  @Test
  void thePenaltyGrowsFromNothing() {
    SaeTraining warmed = training(new Sparsity.ReluL1(1)).withPenaltyWarmup(4);
    assertThat(warmed.penaltyShare(0)).isZero();
    assertThat(warmed.penaltyShare(1)).isEqualTo(0.25);
    assertThat(warmed.penaltyShare(4)).isEqualTo(1);
    for (Sparsity sparsity : all().subList(2, 4)) {
      try (SaeTrainer trainer = start(sparsity)) {
        SaeTrainer.Step first = trainer.step(rows(300));
        assertThat(first.loss()).isEqualTo(first.reconstruction());
        SaeTrainer.Step second = trainer.step(rows(300));
        assertThat(second.loss()).isGreaterThan(second.reconstruction());
      }
    }
  }
}
