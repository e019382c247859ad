package dev.simoom.optim;

import dev.simoom.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Stochastic gradient descent, with momentum (Polyak) and Nesterov's form of it, as PyTorch's
 * {@code torch.optim.SGD} computes them with dampening 0 (Sutskever et al., On the importance of
 * initialization and momentum in deep learning, ICML 2013).
 *
 * <pre>
 * b = momentum b + g
 * direction = b                  with Nesterov: g + momentum b
 * </pre>
 *
 * <p>b is a sum and not an average: under a steady gradient the step tends to {@code 1 / (1 -
 * momentum)} times the rate. Without momentum nothing is kept. Weight decay is decoupled here, as
 * under the other rules; PyTorch adds it to the gradient, so that with momentum its past stays in
 * b.
 *
 * @param learningRate the rate at each step
 * @param momentum how much of the sum remains at each step, in [0, 1)
 * @param nesterov whether to look ahead by one step; needs momentum
 * @param weightDecay decoupled weight decay, to be multiplied by the learning rate
 */
public record Sgd(Schedule learningRate, double momentum, boolean nesterov, double weightDecay)
    implements UpdateRule {
  private static final String MOMENTUM = "momentum";

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if a setting is out of its range, or Nesterov's form has no
   *     momentum
   */
  public Sgd {
    Checks.beta(MOMENTUM, momentum);
    Checks.notNegative("weightDecay", weightDecay);
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException("Nesterov's form needs momentum above 0, got 0.0");
    }
  }

  /** As in PyTorch: rate 1e-3, no momentum, no decay. */
  public static Sgd defaults() {
    return new Sgd(Schedule.constant(1e-3), 0, false, 0);
  }

  /** With another learning rate. */
  public Sgd withLearningRate(Schedule rate) {
    return new Sgd(rate, momentum, nesterov, weightDecay);
  }

  /** With another, constant learning rate. */
  public Sgd withLearningRate(double rate) {
    return withLearningRate(Schedule.constant(rate));
  }

  /** With momentum in its plain form; 0 for none. */
  public Sgd withMomentum(double share) {
    return new Sgd(learningRate, share, false, weightDecay);
  }

  /** With momentum in Nesterov's form. */
  public Sgd withNesterov(double share) {
    return new Sgd(learningRate, share, true, weightDecay);
  }

  /** With another weight decay. */
  public Sgd withWeightDecay(double decay) {
    return new Sgd(learningRate, momentum, nesterov, decay);
  }

  @Override
  public List<String> moments() {
    return momentum == 0 ? List.of() : List.of(MOMENTUM);
  }

  @Override
  public SequencedMap<String, Double> coefficients(long step, long rampStep) {
    return new LinkedHashMap<>();
  }

  @Override
  public Update apply(
      Tensor gradient, Map<String, Tensor> moments, Map<String, Tensor> coefficients) {
    if (momentum == 0) {
      return new Update(gradient, Map.of());
    }
    Tensor complement = Tensor.scalar(1 - momentum);
    Tensor sum = UpdateRule.decayingSum(moments.get(MOMENTUM), gradient, complement);
    Tensor direction = nesterov ? gradient.add(sum.mul(momentum)) : sum;
    return new Update(direction, Map.of(MOMENTUM, sum));
  }
}
