package dev.simoom.optim;

import dev.simoom.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The rule by which an optimizer turns gradients into updates, with its settings.
 *
 * <p>A rule says which moments it keeps of each parameter, which numbers of it change from step to
 * step, and how gradient, moments and numbers make a direction. The {@link Optimizer} does the
 * rest: {@code parameter - rate (direction + decay parameter)}, with decoupled weight decay unless
 * the rule says otherwise.
 */
public sealed interface UpdateRule permits Adam, AdamW, AdEMAMix, Lion, Sgd, SimplifiedAdEMAMix {
  /** The learning rate of groups without one of their own. */
  Schedule learningRate();

  /**
   * The weight decay of groups without one of their own; to be multiplied by the learning rate,
   * unless it {@link #decaysGradient}.
   */
  double weightDecay();

  /**
   * Whether weight decay is added to the gradient, as the gradient of an L2 term in the loss,
   * before the rule sees it; otherwise it is decoupled.
   */
  default boolean decaysGradient() {
    return false;
  }

  /** Names of the moments, each as large as the parameters, zero at the start. */
  List<String> moments();

  /** Whether a moment may be negative. */
  default boolean isSigned(String moment) {
    return !moment.equals(SecondMoment.NAME);
  }

  /** Whether a moment changes so slowly from step to step that formats treat it apart. */
  default boolean isSlow(String moment) {
    return false;
  }

  /**
   * The numbers that change from step to step; always the same ones, in the same order.
   *
   * @param step updates made, this one included
   * @param rampStep the same since the rule was taken up, which differs where an optimizer {@link
   *     Optimizer#switchTo switched} rules
   */
  SequencedMap<String, Double> coefficients(long step, long rampStep);

  /**
   * One update.
   *
   * @param gradient F32 of any shape
   * @param moments by name, of the gradient's shape
   * @param coefficients by name, scalars
   */
  Update apply(Tensor gradient, Map<String, Tensor> moments, Map<String, Tensor> coefficients);

  /**
   * What a rule makes of a gradient.
   *
   * @param direction what to subtract from the parameters, in units of the learning rate
   * @param moments the new moments by name
   */
  record Update(Tensor direction, Map<String, Tensor> moments) {
    /** Copies the map. */
    public Update {
      moments = Map.copyOf(moments);
    }
  }

  /** {@code average + share (value - average)}: the moving average after one more value. */
  static Tensor blend(Tensor average, Tensor value, Tensor share) {
    return average.add(value.sub(average).mul(share));
  }

  /**
   * {@code (1 - complement) sum + value}: the decaying sum after one more value. It takes the
   * complement of the decay since a float that is close to 1 says little about how far.
   */
  static Tensor decayingSum(Tensor sum, Tensor value, Tensor complement) {
    return sum.add(value.sub(sum.mul(complement)));
  }

  /** The factor that makes up for a moving average's start at zero: {@code 1 / (1 - beta^step)}. */
  static double biasCorrection(double beta, long step) {
    return 1 / (1 - StrictMath.pow(beta, step));
  }
}
