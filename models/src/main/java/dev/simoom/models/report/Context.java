package dev.simoom.models.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of held-out text with a feature's activation on each of its tokens.
 *
 * @param tokens the tokens' texts in order, see {@link TokenText}
 * @param activations the feature's activation on each token, 0 where it is not active
 * @param peak index of the token for which this stretch was chosen
 * @param document name of the document the stretch is from, may be empty
 * @param offset position of the first token in the document, counted in tokens
 */
public record Context(
    List<String> tokens, List<Float> activations, int peak, String document, long offset) {

  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalArgumentException if there are not as many activations as tokens, the peak is
   *     none of them, or the offset is negative
   */
  public Context {
    tokens = List.copyOf(tokens);
    activations = List.copyOf(activations);
    if (tokens.size() != activations.size()) {
      throw new IllegalArgumentException(
          "Context: %d tokens but %d activations; there must be one activation per token"
              .formatted(tokens.size(), activations.size()));
    }
    if (peak < 0 || peak >= tokens.size()) {
      throw new IllegalArgumentException(
          "Context: peak %d is not in [0, %d)".formatted(peak, tokens.size()));
    }
    if (offset < 0) {
      throw new IllegalArgumentException("Context: offset must be >= 0, got " + offset);
    }
    for (float activation : activations) {
      if (!Float.isFinite(activation)) {
        throw new IllegalArgumentException(
            "Context: activations must be finite, got " + activation);
      }
    }
  }

  /** The same from an array of activations; the peak is the first of the largest. */
  public static Context of(List<String> tokens, float[] activations, String document, long offset) {
    List<Float> boxed = new ArrayList<>(activations.length);
    int peak = 0;
    for (int i = 0; i < activations.length; i++) {
      boxed.add(activations[i]);
      if (activations[i] > activations[peak]) {
        peak = i;
      }
    }
    return new Context(tokens, boxed, peak, document, offset);
  }
}
