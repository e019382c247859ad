package dev.simoom.optim;

import dev.simoom.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Adam (Kingma and Ba, arXiv 1412.6980), whose weight decay, if any, is L2 regularisation: {@code
 * weightDecay parameter} is added to the gradient, after clipping, and so goes through the moments.
 *
 * <p>Without decay it is {@link AdamW}, bit by bit. With decay, large gradients weaken it here and
 * not there, which is why AdamW is the usual choice.
 *
 * @param learningRate the rate at each step
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root, positive
 * @param weightDecay coupled weight decay: the factor of the L2 term in the gradient
 */
public record Adam(
    Schedule learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    implements UpdateRule {

  /** Checks the settings. */
  public Adam {
    new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
  }

  /** As in the paper: rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8, no decay. */
  public static Adam defaults() {
    return new Adam(Schedule.constant(1e-3), 0.9, 0.999, 1e-8, 0);
  }

  /** With another learning rate. */
  public Adam withLearningRate(Schedule rate) {
    return new Adam(rate, beta1, beta2, epsilon, weightDecay);
  }

  /** With another, constant learning rate. */
  public Adam withLearningRate(double rate) {
    return withLearningRate(Schedule.constant(rate));
  }

  /** With other decays of the moments. */
  public Adam withBetas(double first, double second) {
    return new Adam(learningRate, first, second, epsilon, weightDecay);
  }

  /** With another epsilon. */
  public Adam withEpsilon(double number) {
    return new Adam(learningRate, beta1, beta2, number, weightDecay);
  }

  /** With another, coupled weight decay. */
  public Adam withWeightDecay(double decay) {
    return new Adam(learningRate, beta1, beta2, epsilon, decay);
  }

  @Override
  public boolean decaysGradient() {
    return true;
  }

  @Override
  public List<String> moments() {
    return decoupled().moments();
  }

  @Override
  public SequencedMap<String, Double> coefficients(long step, long rampStep) {
    return decoupled().coefficients(step, rampStep);
  }

  @Override
  public Update apply(
      Tensor gradient, Map<String, Tensor> moments, Map<String, Tensor> coefficients) {
    return decoupled().apply(gradient, moments, coefficients);
  }

  /** What makes the same direction of a gradient that has its decay already. */
  private AdamW decoupled() {
    return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
  }
}
