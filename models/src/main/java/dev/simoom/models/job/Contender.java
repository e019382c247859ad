package dev.simoom.models.job;

import dev.simoom.models.sae.SaeConfig;
import dev.simoom.models.sae.SaeTrainer;
import dev.simoom.models.sae.SaeTraining;
import dev.simoom.models.sae.Sparsity;
import dev.simoom.tensor.Tensor;

/**
 * One of the autoencoders that are compared, while it is trained.
 *
 * <p>With ReLU and L1 the coefficient of the penalty follows the measured L0, so that as many
 * latents are active as wanted: it grows or shrinks by the share at which L0 is off, and at most e
 * times in 75 steps, slowly enough for the weights to follow. It begins small, since a penalty that
 * is too large for a while kills latents for good, and stays when the learning rate begins to fall,
 * after four fifths. Trainings of less than some 1000 steps are too short to find it.
 */
final class Contender implements AutoCloseable {
  private static final double FIRST_COEFFICIENT = 0.01;
  private static final double GAIN = 1.0 / 75;

  private final String variant;
  private final SaeTrainer trainer;
  private final long steps;
  private final double wantedL0;
  private double coefficient;

  private Contender(String variant, SaeTrainer trainer, long steps, double wantedL0) {
    this.variant = variant;
    this.trainer = trainer;
    this.steps = steps;
    this.wantedL0 = wantedL0;
    coefficient = FIRST_COEFFICIENT;
  }

  /** One whose code is as the configuration says. */
  static Contender topK(
      String variant, SaeConfig shape, SaeTraining training, long steps, Tensor sample) {
    return new Contender(variant, SaeTrainer.start(shape, training, sample), steps, Double.NaN);
  }

  /** One of the same shape with ReLU and L1, and on average with {@code l0} active latents. */
  static Contender reluL1(
      String variant, SaeConfig shape, SaeTraining training, long steps, Tensor sample, int l0) {
    SaeConfig relu = shape.withSparsity(new Sparsity.ReluL1(FIRST_COEFFICIENT));
    return new Contender(variant, SaeTrainer.start(relu, training, sample), steps, l0);
  }

  String variant() {
    return variant;
  }

  SaeTrainer trainer() {
    return trainer;
  }

  /** One step, which gives the reconstruction error. */
  double step(Tensor batch) {
    SaeTrainer.Step step = trainer.step(batch);
    if (!Double.isNaN(wantedL0) && step.step() <= steps - steps / 5) {
      double off = StrictMath.log(step.l0() / wantedL0);
      coefficient *= StrictMath.exp(GAIN * Math.clamp(off, -1, 1));
      trainer.setPenalty(coefficient);
    }
    return step.reconstruction();
  }

  @Override
  public void close() {
    trainer.close();
  }
}
