package dev.simoom.models.report;

import java.util.List;

/**
 * What is known about one feature of a dictionary.
 *
 * @param id index of the feature in the dictionary
 * @param density share of tokens (rows) on which it was active, in [0, 1]
 * @param maxActivation largest activation seen; the shading of contexts is scaled to it
 * @param meanWhenActive mean over the tokens on which it was active
 * @param activations distribution of the positive activations, or {@link Histogram#EMPTY}
 * @param contexts where it was most active, best first; empty where there is no text
 * @param promoted tokens whose logits it raises most, strongest first; may be empty
 * @param suppressed tokens whose logits it lowers most, strongest first; may be empty
 */
public record Feature(
    int id,
    double density,
    double maxActivation,
    double meanWhenActive,
    Histogram activations,
    List<Context> contexts,
    List<TokenWeight> promoted,
    List<TokenWeight> suppressed) {

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException if the id is negative, the density is no share, or an
   *     activation is not finite
   */
  public Feature {
    contexts = List.copyOf(contexts);
    promoted = List.copyOf(promoted);
    suppressed = List.copyOf(suppressed);
    if (id < 0) {
      throw new IllegalArgumentException("Feature: id must be >= 0, got " + id);
    }
    if (!(density >= 0 && density <= 1)) {
      throw new IllegalArgumentException(
          "Feature %d: density must be in [0, 1], got %s".formatted(id, density));
    }
    if (!Double.isFinite(maxActivation) || !Double.isFinite(meanWhenActive)) {
      throw new IllegalArgumentException(
          "Feature %d: activations must be finite, got a maximum of %s and a mean of %s"
              .formatted(id, maxActivation, meanWhenActive));
    }
  }

  /** A feature of a dictionary trained on activations that came without their text. */
  public static Feature withoutText(
      int id, double density, double maxActivation, double meanWhenActive, Histogram activations) {
    return new Feature(
        id, density, maxActivation, meanWhenActive, activations, List.of(), List.of(), List.of());
  }
}
