package dev.simoom.nn;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;

/**
 * Sets each element to zero with a given probability and divides the others by the probability to
 * stay, so that the expected value is kept and nothing is to be done outside training (Srivastava
 * et al., JMLR 15, 2014, in its inverted form).
 *
 * @param rate probability of becoming zero, in [0, 1)
 * @param random where the draws come from; each application draws anew, in a traced program each
 *     run
 */
public record Dropout(double rate, RandomStream random) implements Layer {
  /**
   * A layer of a given rate.
   *
   * @throws IllegalArgumentException if it is outside [0, 1)
   */
  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("Dropout: the rate must be in [0, 1); got " + rate);
    }
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    if (!training || rate == 0) {
      return x;
    }
    Tensor stays = random.uniform(x.shape()).ge(rate);
    return Tensor.where(stays, x.mul(1 / (1 - rate)), Tensor.scalar(0));
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().toMap();
  }
}
