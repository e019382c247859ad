package dev.simoom.optim;

import dev.simoom.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * AdEMAMix: AdamW with a second, slow moving average of gradients (Pagliardini, Ablin and Grangier,
 * arXiv 2409.03137, algorithm 1).
 *
 * <pre>
 * m1 = beta1 m1 + (1 - beta1) g           nu = beta2 nu + (1 - beta2) g^2
 * m2 = beta3_t m2 + (1 - beta3_t) g
 * direction = (m1 / (1 - beta1^t) + alpha_t m2) / (sqrt(nu / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>m2 gets no bias correction, on purpose: it fills slowly. As it fills, the step tends to {@code
 * 1 + alpha} times the rate, so a rate tuned for AdamW is too high for a large alpha. With beta1 =
 * 0 the gradient itself takes the place of m1, which is then not kept.
 *
 * @param learningRate the rate at each step
 * @param beta1 decay of the fast average, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param beta3 decay of the slow average after its ramp, in [0, 1)
 * @param alpha weight of the slow average after its ramp, 0 or more
 * @param alphaRamp steps over which alpha grows from 0, or 0 for no ramp
 * @param beta3Ramp steps over which the decay of the slow average grows from beta1 to beta3, or 0
 * @param epsilon added to the root, positive
 * @param weightDecay decoupled weight decay, to be multiplied by the learning rate
 */
public record AdEMAMix(
    Schedule learningRate,
    double beta1,
    double beta2,
    double beta3,
    double alpha,
    long alphaRamp,
    long beta3Ramp,
    double epsilon,
    double weightDecay)
    implements UpdateRule {

  /** Checks the settings. */
  public AdEMAMix {
    Checks.beta("beta1", beta1);
    Checks.beta("beta2", beta2);
    Checks.beta("beta3", beta3);
    Checks.notNegative("alpha", alpha);
    Checks.steps("alphaRamp", alphaRamp);
    Checks.steps("beta3Ramp", beta3Ramp);
    Checks.positive("epsilon", epsilon);
    Checks.notNegative("weightDecay", weightDecay);
    HalfLife.checkRamp("beta3", beta3Ramp, "beta1", beta1, beta3);
  }

  /**
   * As the paper's listing: rate 1e-3, betas 0.9, 0.999 and 0.9999, alpha 5, no ramps, no decay.
   */
  public static AdEMAMix defaults() {
    return new AdEMAMix(Schedule.constant(1e-3), 0.9, 0.999, 0.9999, 5, 0, 0, 1e-8, 0);
  }

  /** With another learning rate. */
  public AdEMAMix withLearningRate(Schedule rate) {
    return new AdEMAMix(
        rate, beta1, beta2, beta3, alpha, alphaRamp, beta3Ramp, epsilon, weightDecay);
  }

  /** With another, constant learning rate. */
  public AdEMAMix withLearningRate(double rate) {
    return withLearningRate(Schedule.constant(rate));
  }

  /** With other decays of the fast average, the second moment and the slow average. */
  public AdEMAMix withBetas(double fast, double second, double slow) {
    return new AdEMAMix(
        learningRate, fast, second, slow, alpha, alphaRamp, beta3Ramp, epsilon, weightDecay);
  }

  /** With another weight of the slow average. */
  public AdEMAMix withAlpha(double weight) {
    return new AdEMAMix(
        learningRate, beta1, beta2, beta3, weight, alphaRamp, beta3Ramp, epsilon, weightDecay);
  }

  /** With ramps of both alpha and beta3 over so many steps, as the paper ties them; 0 for none. */
  public AdEMAMix withRamps(long steps) {
    return withRamps(steps, steps);
  }

  /** With ramps of alpha and of beta3 over so many steps each; 0 for none. */
  public AdEMAMix withRamps(long alphaSteps, long beta3Steps) {
    return new AdEMAMix(
        learningRate, beta1, beta2, beta3, alpha, alphaSteps, beta3Steps, epsilon, weightDecay);
  }

  /** With another epsilon. */
  public AdEMAMix withEpsilon(double number) {
    return new AdEMAMix(
        learningRate, beta1, beta2, beta3, alpha, alphaRamp, beta3Ramp, number, weightDecay);
  }

  /** With another weight decay. */
  public AdEMAMix withWeightDecay(double decay) {
    return new AdEMAMix(
        learningRate, beta1, beta2, beta3, alpha, alphaRamp, beta3Ramp, epsilon, decay);
  }

  /**
   * The weight of the slow average at a step: {@code min(step alpha / ramp, alpha)}.
   *
   * @param step counted from 1
   * @param ramp its length in steps, or 0 for none
   */
  public static double alphaAt(long step, long ramp, double alpha) {
    return step >= ramp ? alpha : step * alpha / ramp;
  }

  /**
   * The decay of the slow average at a step, whose half-life grows in a straight line from that of
   * {@code start} to that of {@code end}. A decay b has the half-life {@code h(b) = ln 0.5 / ln b -
   * 1}, the number of latest values that hold half of the weight, so with {@code mu = step / ramp}
   *
   * <pre>h(b) = (1 - mu) h(start) + mu h(end)
   * b = exp(ln start ln end / ((1 - mu) ln end + mu ln start))</pre>
   *
   * <p>and in the limit of start 0, {@code b = end^(1 / mu)}.
   *
   * @param step counted from 1
   * @param ramp its length in steps, or 0 for none
   * @throws IllegalArgumentException if there is a ramp and start is above end
   */
  public static double beta3At(long step, long ramp, double start, double end) {
    HalfLife.checkRamp("beta3", ramp, "beta1", start, end);
    return HalfLife.ramp(step, ramp, start, end);
  }

  @Override
  public List<String> moments() {
    return beta1 == 0 ? List.of("m2", SecondMoment.NAME) : List.of("m1", "m2", SecondMoment.NAME);
  }

  @Override
  public boolean isSlow(String moment) {
    return moment.equals("m2");
  }

  @Override
  public SequencedMap<String, Double> coefficients(long step, long rampStep) {
    SequencedMap<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("alpha", alphaAt(rampStep, alphaRamp, alpha));
    // In float 1 - 0.9999 keeps three digits, so the complement is what kernels get.
    numbers.put("beta3_complement", 1 - beta3At(rampStep, beta3Ramp, beta1, beta3));
    numbers.put("m1_correction", UpdateRule.biasCorrection(beta1, step));
    SecondMoment.putCorrection(numbers, beta2, step);
    return numbers;
  }

  @Override
  public Update apply(
      Tensor gradient, Map<String, Tensor> moments, Map<String, Tensor> coefficients) {
    Map<String, Tensor> next = new LinkedHashMap<>();
    Tensor fast = gradient;
    if (beta1 > 0) {
      Tensor m1 = UpdateRule.blend(moments.get("m1"), gradient, Tensor.scalar(1 - beta1));
      next.put("m1", m1);
      fast = m1.mul(coefficients.get("m1_correction"));
    }
    Tensor m2 = UpdateRule.blend(moments.get("m2"), gradient, coefficients.get("beta3_complement"));
    Tensor nu = SecondMoment.next(moments, gradient, beta2);
    next.put("m2", m2);
    next.put(SecondMoment.NAME, nu);
    Tensor divisor = SecondMoment.divisor(nu, coefficients, epsilon);
    Tensor direction = fast.add(m2.mul(coefficients.get("alpha"))).div(divisor);
    return new Update(direction, next);
  }
}
