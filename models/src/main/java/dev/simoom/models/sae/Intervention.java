package dev.simoom.models.sae;

import dev.simoom.models.sae.Normalisation.Normalised;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * An edit of activations by the features of an autoencoder: features are added, or what they
 * contribute is taken away. Everything else of an activation stays, what the autoencoder does not
 * reconstruct included.
 *
 * <pre>
 * x' = x + |x| (sum of strength_i d_i over the added - sum of z_i(x) d_i over the removed)
 * </pre>
 *
 * <p>Here d_i is the feature's row of the decoder, z_i(x) its activation, and |x| the norm that the
 * {@linkplain Normalisation normalisation} divides by, 1 where it divides by none. Strengths are
 * thus in the units of the activations: one that a feature's largest activation shows adds as much
 * as the feature itself does there at most. A feature that is both removed and added has its
 * strength as its activation.
 */
public final class Intervention {
  /** Changes nothing. */
  public static final Intervention NONE = new Intervention(List.of(), List.of(), List.of());

  private final List<Integer> added;
  private final List<Double> strengths;
  private final List<Integer> removed;

  private Intervention(List<Integer> added, List<Double> strengths, List<Integer> removed) {
    this.added = List.copyOf(added);
    this.strengths = List.copyOf(strengths);
    this.removed = List.copyOf(removed);
  }

  /**
   * Adds some features and removes others.
   *
   * @param added strengths by feature; below 0 steers away from what it stands for
   * @throws IllegalArgumentException if a strength is not finite
   */
  public static Intervention of(
      SequencedMap<Integer, Double> added, SequencedSet<Integer> removed) {
    added.forEach(
        (feature, strength) -> {
          if (!Double.isFinite(strength)) {
            throw new IllegalArgumentException(
                "the strength of feature %d must be finite, got %s".formatted(feature, strength));
          }
        });
    return new Intervention(
        new ArrayList<>(added.keySet()), new ArrayList<>(added.values()), new ArrayList<>(removed));
  }

  /**
   * Edits rows, in eager code or in a traced program.
   *
   * @param rows [..., width] in original units
   * @throws IndexOutOfBoundsException if the autoencoder lacks a feature
   */
  public Tensor apply(SparseAutoencoder sae, Tensor rows) {
    for (List<Integer> features : List.of(added, removed)) {
      features.forEach(feature -> check(sae, feature));
    }
    if (added.isEmpty() && removed.isEmpty()) {
      return rows;
    }
    Normalised input = sae.normalise(rows);
    Tensor edited = rows;
    if (!removed.isEmpty()) {
      Tensor latents = sae.latents(input.rows()).indexSelect(-1, ids(removed));
      edited = edited.sub(latents.matmul(directions(sae, removed)).mul(input.norm()));
    }
    if (!added.isEmpty()) {
      float[] values = new float[added.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = strengths.get(i).floatValue();
      }
      Tensor push = Tensor.of(Shape.of(1, values.length), values).matmul(directions(sae, added));
      edited = edited.add(push.squeeze(0).mul(input.norm()));
    }
    return edited;
  }

  private static void check(SparseAutoencoder sae, int feature) {
    int latents = sae.config().latents();
    if (feature < 0 || feature >= latents) {
      throw new IndexOutOfBoundsException(
          "there is no feature %d: the autoencoder has 0 to %d".formatted(feature, latents - 1));
    }
  }

  private static Tensor ids(List<Integer> features) {
    int[] ids = features.stream().mapToInt(Integer::intValue).toArray();
    return Tensor.ofInts(Shape.of(ids.length), ids);
  }

  private static Tensor directions(SparseAutoencoder sae, List<Integer> features) {
    return sae.decoderWeight().value().gather(ids(features));
  }
}
