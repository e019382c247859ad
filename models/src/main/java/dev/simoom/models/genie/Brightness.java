package dev.simoom.models.genie;

import dev.simoom.tensor.Tensor;

/**
 * Pixels in [0, 1] as what models work on: around 0 and with a deviation of about 1. Where all
 * numbers are positive, what they have in common drowns what tells them apart.
 */
final class Brightness {
  private static final double MIDDLE = 0.5;
  private static final double SCALE = 4;

  private Brightness() {}

  static Tensor centred(Tensor pixels) {
    return pixels.sub(MIDDLE).mul(SCALE);
  }

  /** What to add to pixels, of a difference of centred ones. */
  static Tensor difference(Tensor centred) {
    return centred.mul(1 / SCALE);
  }

  static Tensor pixels(Tensor centred) {
    return difference(centred).add(MIDDLE);
  }
}
