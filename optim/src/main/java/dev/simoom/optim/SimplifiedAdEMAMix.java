package dev.simoom.optim;

import dev.simoom.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Simplified AdEMAMix: one slow sum of gradients, and the present one on top (Morwani et al.,
 * Connections between Schedule-Free Optimizers, AdEMAMix, and Accelerated SGD Variants, arXiv
 * 2502.02431).
 *
 * <pre>
 * m = beta1_t m + g                       nu = beta2 nu + (1 - beta2) g^2
 * direction = (m + alpha g) / (sqrt(nu / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p><b>Its learning rate is on another scale than AdamW's</b>: m is a sum without a factor {@code
 * 1 - beta1}, so the step grows to {@code 1 / (1 - beta1) + alpha} times the rate, 100 times by
 * default. Coming from a tuned Adam, the authors take {@code rate sqrt((1 - minBeta1) (1 -
 * beta1))}. The weight decay, which the rate multiplies, has to grow as much as the rate falls.
 * Alpha is to fall with the batch size: near 100 at 32 thousand tokens, near 0 at a million.
 *
 * @param learningRate the rate at each step
 * @param beta1 decay of the sum after its ramp, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param alpha weight of the present gradient, 0 or more
 * @param minBeta1 where the ramp of beta1 starts, in [0, beta1]
 * @param beta1Ramp steps over which the half-life of the sum grows, as {@link AdEMAMix#beta3At}
 *     says, or 0 for no ramp
 * @param epsilon added to the root, positive
 * @param weightDecay decoupled weight decay, to be multiplied by the learning rate
 */
public record SimplifiedAdEMAMix(
    Schedule learningRate,
    double beta1,
    double beta2,
    double alpha,
    double minBeta1,
    long beta1Ramp,
    double epsilon,
    double weightDecay)
    implements UpdateRule {
  private static final String MOMENTUM = "momentum";

  /** Checks the settings. */
  public SimplifiedAdEMAMix {
    Checks.beta("beta1", beta1);
    Checks.beta("beta2", beta2);
    Checks.notNegative("alpha", alpha);
    Checks.beta("minBeta1", minBeta1);
    Checks.steps("beta1Ramp", beta1Ramp);
    Checks.positive("epsilon", epsilon);
    Checks.notNegative("weightDecay", weightDecay);
    HalfLife.checkRamp("beta1", beta1Ramp, "minBeta1", minBeta1, beta1);
  }

  /**
   * As the authors' code: rate 1e-4, betas 0.99 and 0.95, alpha 0, no ramp (else from 0.9), no
   * decay.
   */
  public static SimplifiedAdEMAMix defaults() {
    return new SimplifiedAdEMAMix(Schedule.constant(1e-4), 0.99, 0.95, 0, 0.9, 0, 1e-8, 0);
  }

  /** With another learning rate. */
  public SimplifiedAdEMAMix withLearningRate(Schedule rate) {
    return new SimplifiedAdEMAMix(
        rate, beta1, beta2, alpha, minBeta1, beta1Ramp, epsilon, weightDecay);
  }

  /** With another, constant learning rate. */
  public SimplifiedAdEMAMix withLearningRate(double rate) {
    return withLearningRate(Schedule.constant(rate));
  }

  /** With other decays of the sum and the second moment. */
  public SimplifiedAdEMAMix withBetas(double sum, double second) {
    return new SimplifiedAdEMAMix(
        learningRate, sum, second, alpha, minBeta1, beta1Ramp, epsilon, weightDecay);
  }

  /** With another weight of the present gradient. */
  public SimplifiedAdEMAMix withAlpha(double weight) {
    return new SimplifiedAdEMAMix(
        learningRate, beta1, beta2, weight, minBeta1, beta1Ramp, epsilon, weightDecay);
  }

  /** With a ramp of beta1 from a smaller one over so many steps; 0 for none. */
  public SimplifiedAdEMAMix withRamp(double from, long steps) {
    return new SimplifiedAdEMAMix(
        learningRate, beta1, beta2, alpha, from, steps, epsilon, weightDecay);
  }

  /** With another epsilon. */
  public SimplifiedAdEMAMix withEpsilon(double number) {
    return new SimplifiedAdEMAMix(
        learningRate, beta1, beta2, alpha, minBeta1, beta1Ramp, number, weightDecay);
  }

  /** With another weight decay. */
  public SimplifiedAdEMAMix withWeightDecay(double decay) {
    return new SimplifiedAdEMAMix(
        learningRate, beta1, beta2, alpha, minBeta1, beta1Ramp, epsilon, decay);
  }

  @Override
  public List<String> moments() {
    return List.of(MOMENTUM, SecondMoment.NAME);
  }

  @Override
  public boolean isSlow(String moment) {
    return moment.equals(MOMENTUM);
  }

  @Override
  public SequencedMap<String, Double> coefficients(long step, long rampStep) {
    SequencedMap<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("beta1_complement", 1 - HalfLife.ramp(rampStep, beta1Ramp, minBeta1, beta1));
    SecondMoment.putCorrection(numbers, beta2, step);
    return numbers;
  }

  @Override
  public Update apply(
      Tensor gradient, Map<String, Tensor> moments, Map<String, Tensor> coefficients) {
    Tensor complement = coefficients.get("beta1_complement");
    Tensor sum = UpdateRule.decayingSum(moments.get(MOMENTUM), gradient, complement);
    Tensor nu = SecondMoment.next(moments, gradient, beta2);
    Tensor divisor = SecondMoment.divisor(nu, coefficients, epsilon);
    Tensor mixed = alpha == 0 ? sum : sum.add(gradient.mul(alpha));
    return new Update(mixed.div(divisor), Map.of(MOMENTUM, sum, SecondMoment.NAME, nu));
  }
}
