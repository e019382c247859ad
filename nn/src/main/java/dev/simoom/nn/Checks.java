package dev.simoom.nn;

import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;

/** Complaints that name the layer and what would be right. */
final class Checks {
  private Checks() {}

  static void features(String layer, Tensor x, int leastRank, long features) {
    if (x.rank() < leastRank || x.shape().extent(-1) != features || !x.dtype().isFloating()) {
      String wanted = leastRank > 1 ? "[..., time, " + features + "]" : "[..., " + features + "]";
      throw new IllegalArgumentException(
          layer + ": takes real numbers " + wanted + "; got " + x.dtype() + x.shape());
    }
  }

  /** Images and the like: [batch, channels, ...]. */
  static void channels(String layer, Tensor x, int leastRank, long channels) {
    if (x.rank() < leastRank || x.shape().extent(1) != channels || !x.dtype().isFloating()) {
      String places = leastRank > 2 ? "height, width]" : "...]";
      throw new IllegalArgumentException(
          "%s: takes real numbers [batch, %d, %s; got %s%s"
              .formatted(layer, channels, places, x.dtype(), x.shape()));
    }
  }

  static void rank(String layer, Variable parameter, int rank) {
    if (parameter.shape().rank() != rank) {
      throw new IllegalArgumentException(
          layer + ": a parameter with " + rank + " axes is needed; got " + parameter);
    }
  }

  static void vector(String layer, Variable parameter, long features) {
    if (parameter.shape().rank() != 1 || parameter.shape().extent(0) != features) {
      throw new IllegalArgumentException(
          layer + ": a parameter [" + features + "] is needed; got " + parameter);
    }
  }

  static void same(String what, long expected, long actual) {
    if (expected != actual) {
      throw new IllegalArgumentException(what + " must be " + expected + "; got " + actual);
    }
  }
}
