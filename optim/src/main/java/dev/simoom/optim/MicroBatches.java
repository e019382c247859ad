package dev.simoom.optim;

import dev.simoom.tensor.HostValues;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;

/**
 * The number of micro-batches whose gradients are accumulated, as the host counts them: with each
 * call in eager code, with each run of a program.
 */
final class MicroBatches {
  private long count;

  long count() {
    return count;
  }

  void forget() {
    count = 0;
  }

  /** Counts one more and tells whether it is the first: 1 if so, else 0. */
  Tensor countOne() {
    return HostValues.of("first micro-batch", Shape.SCALAR, n -> n[0] = ++count == 1 ? 1 : 0);
  }

  /** What makes the sum of gradients their mean; the next micro-batch is then the first again. */
  Tensor take() {
    return HostValues.of("share of a micro-batch", Shape.SCALAR, this::take);
  }

  private void take(float[] share) {
    if (count == 0) {
      throw new IllegalStateException("step: no gradients are accumulated");
    }
    share[0] = (float) (1.0 / count);
    count = 0;
  }

  /** Refuses what would lose accumulated gradients. */
  void checkNone(String call, String remedy) {
    if (count > 0) {
      throw new IllegalStateException(
          "%s: the gradients of %d micro-batches are accumulated and would be lost; %s"
              .formatted(call, count, remedy));
    }
  }
}
