package dev.simoom.models.cli;

import dev.simoom.models.genie.CodedTraining;
import dev.simoom.models.genie.DynamicsTraining;
import dev.simoom.models.job.SaeJobConfig;
import dev.simoom.models.text.BytePairEncoding;
import java.util.function.Consumer;

/**
 * Checks the settings of a run before any work is done; a complaint names the option, what it must
 * be and what it is.
 */
final class Settings {
  private static final int MOST_THREADS = 1024;
  private static final long MOST_TEXT = Integer.MAX_VALUE - 8L;
  private static final long MOST_DEAD_AFTER = (1 << 30) - 1;

  private final Consumer<String> complain;

  /** Checks that hand their first complaint to a consumer, which is to throw. */
  Settings(Consumer<String> complain) {
    this.complain = complain;
  }

  void check(SaeJobConfig config) {
    if (!config.readsActivations()) {
      checkModel(config);
    }
    SaeJobConfig.SaeSettings sae = config.sae();
    range("--latents", sae.latents(), 1, Integer.MAX_VALUE);
    if (sae.sparsity().isPenalised()) {
      require(
          sae.penalty() >= 0 && Double.isFinite(sae.penalty()),
          "--penalty must be 0 or more, got " + sae.penalty());
      range("--penalty-warmup", sae.penaltyWarmup(), 0, Long.MAX_VALUE);
    } else {
      range("--k", sae.k(), 1, sae.latents());
    }
    range("--k-aux", sae.kAux(), 0, sae.latents());
    range("--sae-steps", sae.steps(), 1, Long.MAX_VALUE);
    rate("--sae-rate", sae.learningRate());
    range("--buffer", sae.buffer(), 2, Integer.MAX_VALUE);
    range("--sae-batch", sae.batch(), 1, sae.buffer() / 2);
    range("--dead-after", sae.deadAfterTokens(), sae.batch(), MOST_DEAD_AFTER);
    range("--features", config.features(), 1, Integer.MAX_VALUE);
  }

  void checkGenie(CodedTraining tokenizer, CodedTraining actions, DynamicsTraining dynamics) {
    range("--tokenizer-steps", tokenizer.steps(), 1, Long.MAX_VALUE);
    range("--actions-steps", actions.steps(), 1, Long.MAX_VALUE);
    range("--dynamics-steps", dynamics.steps(), 1, Long.MAX_VALUE);
    range("--batch", dynamics.batch(), 1, 1 << 16);
    rate("--tokenizer-rate", tokenizer.learningRate());
    rate("--actions-rate", actions.learningRate());
    rate("--dynamics-rate", dynamics.learningRate());
  }

  void checkThreads(int threads) {
    range("--threads", threads, 1, MOST_THREADS);
  }

  void checkAblation(long steps, int seeds) {
    range("--steps", steps, 1, Long.MAX_VALUE);
    range("--seeds", seeds, 1, Integer.MAX_VALUE);
  }

  private void checkModel(SaeJobConfig config) {
    range("--text-bytes", config.textBytes(), 2, MOST_TEXT);
    range("--context", config.context(), 1, 1 << 20);
    if (!config.readsModel()) {
      checkTraining(config);
    }
    range("--layer", config.layer(), 0, config.blocks());
    range("--lm-batch", config.lm().batch(), 1, 1 << 20);
    long block = (long) config.lm().batch() * config.context();
    require(
        config.sae().buffer() >= 2 * block,
        "--buffer must be at least %d, twice the tokens of --lm-batch windows, got %d"
            .formatted(2 * block, config.sae().buffer()));
  }

  private void checkTraining(SaeJobConfig config) {
    range(
        "--vocabulary",
        config.vocabulary(),
        BytePairEncoding.MIN_VOCABULARY,
        BytePairEncoding.MAX_VOCABULARY);
    range("--width", config.width(), 1, 1 << 20);
    range("--heads", config.heads(), 1, config.width());
    require(
        config.width() % config.heads() == 0,
        "--heads must divide the width %d, got %d".formatted(config.width(), config.heads()));
    range("--blocks", config.blocks(), 1, 1 << 20);
    range("--lm-steps", config.lm().steps(), 1, Long.MAX_VALUE);
    rate("--lm-rate", config.lm().learningRate());
  }

  private void range(String option, long value, long least, long most) {
    String wanted = most >= Integer.MAX_VALUE ? least + " or more" : least + " to " + most;
    require(
        value >= least && value <= most, "%s must be %s, got %d".formatted(option, wanted, value));
  }

  private void rate(String option, double value) {
    require(
        value > 0 && Double.isFinite(value), "%s must be above 0, got %s".formatted(option, value));
  }

  private void require(boolean right, String complaint) {
    if (!right) {
      complain.accept(complaint);
    }
  }
}
