package dev.simoom.tensor.safetensors;

import dev.simoom.tensor.Shape;
import java.util.List;

/**
 * A parameter of ours and where it lies in files that others wrote.
 *
 * @param path of ours
 * @param parts that lie side by side along the parameter's last axis; they agree in the others
 */
public record StoredWeight(String path, List<Part> parts) {
  /**
   * A tensor in the files.
   *
   * @param tensor its name there
   * @param shape in our layout
   * @param turned whether it lies there as [columns, rows], as PyTorch has the weights of linear
   *     layers; it then has two axes
   */
  public record Part(String tensor, Shape shape, boolean turned) {
    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException if it has no axis, or is turned and has not two
     */
    public Part {
      if (shape.rank() < 1 || (turned && shape.rank() != 2)) {
        throw new IllegalArgumentException(
            "'%s': an axis, or two for one that is turned, are needed; got %s"
                .formatted(tensor, shape));
      }
    }

    /** The shape in the file. */
    Shape stored() {
      return turned ? Shape.of(shape.extent(1), shape.extent(0)) : shape;
    }

    long columns() {
      return shape.extent(-1);
    }
  }

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if there are none, or they do not go side by side
   */
  public StoredWeight {
    parts = List.copyOf(parts);
    if (parts.isEmpty() || parts.stream().map(p -> p.shape.leading(-1)).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "'%s': parts that agree but in the last axis are needed; got %s".formatted(path, parts));
    }
  }

  /** A parameter that lies in the files as it is. */
  public static StoredWeight plain(String path, String tensor, long... extents) {
    return new StoredWeight(path, List.of(new Part(tensor, Shape.of(extents), false)));
  }

  /** A matrix that lies in the files turned. */
  public static StoredWeight turned(String path, String tensor, long rows, long columns) {
    return new StoredWeight(path, List.of(new Part(tensor, Shape.of(rows, columns), true)));
  }

  /** The shape of the parameter. */
  public Shape shape() {
    long columns = parts.stream().mapToLong(Part::columns).sum();
    return parts.getFirst().shape.with(-1, columns);
  }
}
