package dev.simoom.models.sae;

import dev.simoom.optim.AdEMAMix;
import dev.simoom.optim.Schedule;
import dev.simoom.optim.UpdateRule;

/**
 * How an autoencoder is trained. Two trainers with equal settings and equal batches make the same
 * weights, bit by bit.
 *
 * @param batch rows of each step
 * @param rule the optimizer's rule with its learning rate
 * @param clipNorm the largest norm that the gradient of all parameters together may have
 * @param averageDecay decay of the average of the weights that is evaluated and saved, in [0, 1)
 * @param dead when a latent is dead and what is done about it
 * @param start what the weights are at the start
 * @param penaltyWarmup steps over which the weight of a penalty grows from 0, if the autoencoder
 *     has one
 */
public record SaeTraining(
    int batch,
    UpdateRule rule,
    double clipNorm,
    double averageDecay,
    DeadLatents dead,
    Start start,
    long penaltyWarmup) {

  /**
   * When a latent is dead, and the auxiliary loss that revives it.
   *
   * @param afterTokens a latent that has not fired for more rows (tokens) than this is dead; at
   *     least {@code batch}
   * @param kAux how many dead latents reconstruct the residual of a row, or 0 to leave them to
   *     themselves
   * @param auxCoefficient weight of that reconstruction's loss
   */
  public record DeadLatents(long afterTokens, int kAux, double auxCoefficient) {
    /** Checks the settings. */
    public DeadLatents {
      check("deadAfterTokens", afterTokens < COUNT_LIMIT, afterTokens, "below 2^30");
      check("kAux", kAux >= 0, kAux, "at least 0");
      check("auxCoefficient", auxCoefficient >= 0, auxCoefficient, "at least 0");
    }
  }

  /**
   * How an autoencoder begins.
   *
   * @param tied whether the encoder starts as the decoder's transpose, or with directions of its
   *     own
   * @param seed decides the directions
   */
  public record Start(boolean tied, long seed) {}

  /** The paper's tokens without firing after which a latent is dead. */
  public static final long PAPER_DEAD_AFTER = 10_000_000;

  /** Tokens are counted in 32 bits and the count stays at this number. */
  static final int COUNT_LIMIT = 1 << 30;

  private static final int LATENTS_OF_BASE_RATE = 1 << 14;
  private static final double BASE_RATE = 2e-4;
  private static final int MOST_WARMUP_STEPS = 1000;

  /** Checks the settings. */
  public SaeTraining {
    check("batch", batch >= 1, batch, "at least 1");
    check("clipNorm", clipNorm > 0, clipNorm, "above 0");
    check("averageDecay", averageDecay >= 0 && averageDecay < 1, averageDecay, "in [0, 1)");
    long dies = dead.afterTokens();
    check("deadAfterTokens", dies >= batch, dies, "at least the batch, " + batch);
    check("penaltyWarmup", penaltyWarmup >= 0, penaltyWarmup, "at least 0");
  }

  private static void check(String name, boolean right, Object value, String wanted) {
    if (!right) {
      throw new IllegalArgumentException(
          "SaeTraining: %s must be %s, got %s".formatted(name, wanted, value));
    }
  }

  /**
   * Defaults for a run of a given length: AdEMAMix with the rate of {@link #learningRate}, a short
   * warm-up, and a decay to zero over the last fifth; clipping at 1, the average's decay 0.999,
   * kAux as {@link #defaultKAux} and its loss weighted by 1/32, tied initialisation. A latent is
   * dead after a tenth of the run, or the paper's ten million tokens if that is less.
   *
   * <p>The slow average of AdEMAMix has a half-life of a tenth of the run, or that of the paper's
   * 0.9999 if that is less, and its weight and decay grow over the whole run.
   *
   * @param batch rows of each step
   * @param steps how many steps are planned
   */
  public static SaeTraining defaults(SaeConfig config, int batch, long steps) {
    double slow = Math.min(0.9999, Math.max(0.99, 1 - 10 * StrictMath.log(2) / steps));
    UpdateRule rule =
        AdEMAMix.defaults()
            .withLearningRate(schedule(learningRate(config.latents()), steps))
            .withBetas(0.9, 0.999, slow)
            .withAlpha(2)
            .withRamps(steps)
            .withEpsilon(6.25e-10);
    long dead = Math.max(batch, Math.min(PAPER_DEAD_AFTER, batch * steps / 10));
    DeadLatents revived = new DeadLatents(dead, defaultKAux(config), 1.0 / 32);
    return new SaeTraining(batch, rule, 1, 0.999, revived, new Start(true, 0), 0);
  }

  /** The customary rate for a number of latents, {@code 2e-4 / sqrt(latents / 2^14)}. */
  public static double learningRate(int latents) {
    return BASE_RATE / Math.sqrt((double) latents / LATENTS_OF_BASE_RATE);
  }

  /** A rate with warm-up over the first steps and a decay to zero over the last fifth. */
  public static Schedule schedule(double rate, long steps) {
    long warmup = Math.min(MOST_WARMUP_STEPS, steps / 20);
    long decayed = steps / 5;
    Schedule decay = Schedule.linear(rate * steps / Math.max(1, decayed), 0, steps);
    return step ->
        step < warmup ? rate * step / warmup : Math.min(rate, decay.at(Math.min(step, steps)));
  }

  /** The power of two below or at half the width, but not more than there are latents. */
  public static int defaultKAux(SaeConfig config) {
    return Math.min(Integer.highestOneBit(Math.max(1, config.width() / 2)), config.latents());
  }

  /** With another rule. */
  public SaeTraining withRule(UpdateRule other) {
    return new SaeTraining(batch, other, clipNorm, averageDecay, dead, start, penaltyWarmup);
  }

  /** With dead latents left to themselves. */
  public SaeTraining withoutAux() {
    return withAux(0, dead.auxCoefficient);
  }

  /** With another number of dead latents per row and another weight of their loss. */
  public SaeTraining withAux(int latentsPerRow, double coefficient) {
    return with(new DeadLatents(dead.afterTokens, latentsPerRow, coefficient));
  }

  /** With another number of tokens after which a latent is dead. */
  public SaeTraining withDeadAfterTokens(long tokens) {
    return with(new DeadLatents(tokens, dead.kAux, dead.auxCoefficient));
  }

  private SaeTraining with(DeadLatents other) {
    return new SaeTraining(batch, rule, clipNorm, averageDecay, other, start, penaltyWarmup);
  }

  /** With encoder directions of their own at the start. */
  public SaeTraining untied() {
    return with(new Start(false, start.seed));
  }

  /** With another seed. */
  public SaeTraining withSeed(long seed) {
    return with(new Start(start.tied, seed));
  }

  private SaeTraining with(Start other) {
    return new SaeTraining(batch, rule, clipNorm, averageDecay, dead, other, penaltyWarmup);
  }

  /** With a penalty whose weight grows from 0 over some steps. */
  public SaeTraining withPenaltyWarmup(long steps) {
    return new SaeTraining(batch, rule, clipNorm, averageDecay, dead, start, steps);
  }

  /** The share of the penalty's weight that counts in a step, which are counted from 0. */
  double penaltyShare(long step) {
    return step < penaltyWarmup ? (double) step / penaltyWarmup : 1;
  }

  /** Whether dead latents may take part in training an autoencoder of this kind. */
  boolean usesAux(SaeConfig config) {
    return dead.kAux > 0 && dead.auxCoefficient > 0 && !config.sparsity().isPenalised();
  }
}
