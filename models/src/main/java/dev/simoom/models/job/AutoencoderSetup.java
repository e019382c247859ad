package dev.simoom.models.job;

import dev.simoom.kernels.DType;
import dev.simoom.models.sae.ActivationSource;
import dev.simoom.models.sae.SaeConfig;
import dev.simoom.models.sae.SaeTraining;
import dev.simoom.optim.AdEMAMix;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The autoencoder of a run and how it is trained, from the run's settings. */
final class AutoencoderSetup {
  private static final int SAMPLE_ROWS = 32_768;

  private AutoencoderSetup() {}

  static SaeConfig shape(SaeJobConfig config, int width) {
    SaeJobConfig.SaeSettings sae = config.sae();
    return topK(config, width)
        .withSparsity(sae.sparsity().sparsity(sae.k(), sae.latents(), sae.penalty()));
  }

  /** The same with TopK in any case. */
  static SaeConfig topK(SaeJobConfig config, int width) {
    return SaeConfig.topK(width, config.sae().latents(), config.sae().k())
        .withNormalisation(config.sae().normalisation());
  }

  static SaeTraining training(SaeJobConfig config, int width) {
    SaeJobConfig.SaeSettings sae = config.sae();
    SaeTraining full =
        withAllRemedies(config, width, sae.steps()).withPenaltyWarmup(sae.penaltyWarmup());
    SaeTraining training = sae.auxiliaryLoss() ? full : full.withoutAux();
    return sae.tiedStart() ? training : training.untied();
  }

  /** The same with another number of steps, and with auxiliary loss and tied start in any case. */
  static SaeTraining withAllRemedies(SaeJobConfig config, int width, long steps) {
    SaeJobConfig.SaeSettings sae = config.sae();
    SaeTraining defaults = SaeTraining.defaults(topK(config, width), sae.batch(), steps);
    AdEMAMix rule = (AdEMAMix) defaults.rule();
    return defaults
        .withRule(rule.withLearningRate(SaeTraining.schedule(sae.learningRate(), steps)))
        .withDeadAfterTokens(sae.deadAfterTokens())
        .withAux(sae.kAux(), defaults.dead().auxCoefficient())
        .withSeed(config.seed());
  }

  /** The first rows of a stream, from which pre-bias and scale of the loss are taken. */
  static Tensor sample(ActivationSource source) throws IOException {
    int blocks = Math.max(1, SAMPLE_ROWS / source.blockRows());
    long bytes = 4L * source.width() * source.blockRows();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate(bytes * blocks, 64);
      for (int i = 0; i < blocks; i++) {
        source.read(i, rows.asSlice(i * bytes, bytes));
      }
      Shape shape = Shape.of((long) blocks * source.blockRows(), source.width());
      return Tensor.of(shape, DType.F32, rows);
    }
  }
}
