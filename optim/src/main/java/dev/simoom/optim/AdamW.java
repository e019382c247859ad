package dev.simoom.optim;

import dev.simoom.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101).
 *
 * <pre>
 * m1 = beta1 m1 + (1 - beta1) g           nu = beta2 nu + (1 - beta2) g^2
 * direction = m1 / (1 - beta1^t) / (sqrt(nu / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * @param learningRate the rate at each step
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root, positive
 * @param weightDecay decoupled weight decay, to be multiplied by the learning rate
 */
public record AdamW(
    Schedule learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    implements UpdateRule {

  /** Checks the settings. */
  public AdamW {
    Checks.beta("beta1", beta1);
    Checks.beta("beta2", beta2);
    Checks.positive("epsilon", epsilon);
    Checks.notNegative("weightDecay", weightDecay);
  }

  /** Rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8, weight decay 0.01. */
  public static AdamW defaults() {
    return new AdamW(Schedule.constant(1e-3), 0.9, 0.999, 1e-8, 0.01);
  }

  /** With another learning rate. */
  public AdamW withLearningRate(Schedule rate) {
    return new AdamW(rate, beta1, beta2, epsilon, weightDecay);
  }

  /** With another, constant learning rate. */
  public AdamW withLearningRate(double rate) {
    return withLearningRate(Schedule.constant(rate));
  }

  /** With other decays of the moments. */
  public AdamW withBetas(double first, double second) {
    return new AdamW(learningRate, first, second, epsilon, weightDecay);
  }

  /** With another epsilon. */
  public AdamW withEpsilon(double number) {
    return new AdamW(learningRate, beta1, beta2, number, weightDecay);
  }

  /** With another weight decay. */
  public AdamW withWeightDecay(double decay) {
    return new AdamW(learningRate, beta1, beta2, epsilon, decay);
  }

  @Override
  public List<String> moments() {
    return List.of("m1", SecondMoment.NAME);
  }

  @Override
  public SequencedMap<String, Double> coefficients(long step, long rampStep) {
    SequencedMap<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("m1_correction", UpdateRule.biasCorrection(beta1, step));
    SecondMoment.putCorrection(numbers, beta2, step);
    return numbers;
  }

  @Override
  public Update apply(
      Tensor gradient, Map<String, Tensor> moments, Map<String, Tensor> coefficients) {
    Tensor m1 = UpdateRule.blend(moments.get("m1"), gradient, Tensor.scalar(1 - beta1));
    Tensor nu = SecondMoment.next(moments, gradient, beta2);
    Tensor divisor = SecondMoment.divisor(nu, coefficients, epsilon);
    Tensor direction = m1.mul(coefficients.get("m1_correction")).div(divisor);
    return new Update(direction, Map.of("m1", m1, SecondMoment.NAME, nu));
  }
}
