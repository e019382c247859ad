package dev.simoom.nn;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;

/**
 * A table of vectors, one for each of a set of entries such as tokens or positions.
 *
 * @param weight [entries, width]
 */
public record Embedding(Variable weight) implements Layer {
  /**
   * A layer of a given table.
   *
   * @throws IllegalArgumentException if it has not two axes
   */
  public Embedding {
    Checks.rank("Embedding", weight, 2);
  }

  /** Vectors as the initialiser makes them, {@code normal(0.02)} for example. */
  public static Embedding create(
      long entries, long width, Initializer weights, RandomStream random) {
    return new Embedding(weights.variable("embedding weight", Shape.of(entries, width), random));
  }

  /** The vectors of entries: indices I32 [...] give [..., width]. */
  @Override
  public Tensor forward(Tensor indices, boolean training) {
    return weight.value().gather(indices);
  }

  /**
   * The dot products of features with all vectors, [..., width] to [..., entries]: the logits of a
   * model that ties its output to its input (Press and Wolf, arXiv 1608.05859).
   */
  public Tensor logits(Tensor x) {
    Checks.features("Embedding.logits", x, 1, weight.shape().extent(1));
    Tensor columns = weight.value().transpose();
    return x.rank() == 1 ? x.unsqueeze(0).matmul(columns).squeeze(0) : x.matmul(columns);
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().variable("weight", weight).toMap();
  }
}
