package dev.simoom.optim;

import dev.simoom.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Lion: the sign of an interpolated momentum (Chen et al., Symbolic Discovery of Optimization
 * Algorithms, arXiv 2302.06675, algorithm 2).
 *
 * <pre>
 * direction = sign(beta1 m1 + (1 - beta1) g)
 * m1 = beta2 m1 + (1 - beta2) g
 * </pre>
 *
 * <p>Every element moves by the whole rate, so the paper takes a rate 3 to 10 times below AdamW's,
 * and a weight decay as many times above. It keeps half of AdamW's state.
 *
 * @param learningRate the rate at each step
 * @param beta1 share of the average in the direction, in [0, 1)
 * @param beta2 decay of the average, in [0, 1)
 * @param weightDecay decoupled weight decay, to be multiplied by the learning rate
 */
public record Lion(Schedule learningRate, double beta1, double beta2, double weightDecay)
    implements UpdateRule {
  private static final String AVERAGE = "m1";

  /** Checks the settings. */
  public Lion {
    Checks.beta("beta1", beta1);
    Checks.beta("beta2", beta2);
    Checks.notNegative("weightDecay", weightDecay);
  }

  /** As in the paper's code: rate 1e-4, betas 0.9 and 0.99, no decay. */
  public static Lion defaults() {
    return new Lion(Schedule.constant(1e-4), 0.9, 0.99, 0);
  }

  /** With another learning rate. */
  public Lion withLearningRate(Schedule rate) {
    return new Lion(rate, beta1, beta2, weightDecay);
  }

  /** With another, constant learning rate. */
  public Lion withLearningRate(double rate) {
    return withLearningRate(Schedule.constant(rate));
  }

  /** With another share of the average in the direction, and another decay of it. */
  public Lion withBetas(double direction, double average) {
    return new Lion(learningRate, direction, average, weightDecay);
  }

  /** With another weight decay. */
  public Lion withWeightDecay(double decay) {
    return new Lion(learningRate, beta1, beta2, decay);
  }

  @Override
  public List<String> moments() {
    return List.of(AVERAGE);
  }

  @Override
  public SequencedMap<String, Double> coefficients(long step, long rampStep) {
    return new LinkedHashMap<>();
  }

  @Override
  public Update apply(
      Tensor gradient, Map<String, Tensor> moments, Map<String, Tensor> coefficients) {
    Tensor average = moments.get(AVERAGE);
    Tensor mixed = UpdateRule.blend(average, gradient, Tensor.scalar(1 - beta1));
    Tensor next = UpdateRule.blend(average, gradient, Tensor.scalar(1 - beta2));
    return new Update(sign(mixed), Map.of(AVERAGE, next));
  }

  /** 1, -1, or the number itself: a zero, or NaN, which must not pass for a parameter at rest. */
  private static Tensor sign(Tensor x) {
    Tensor one = Tensor.scalar(1);
    return Tensor.where(x.gt(0), one, Tensor.where(x.lt(0), one.neg(), x));
  }
}
