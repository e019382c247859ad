package dev.simoom.bench.work;

import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Rows of a table by index, and the gradient of the table. */
final class EmbeddingWorks {
  private EmbeddingWorks() {}

  static List<Work> all() {
    List<Work> works = new ArrayList<>();
    for (boolean backward : new boolean[] {false, true}) {
      works.add(work(2048, 128, 2048, backward));
      works.add(work(32768, 256, 8192, backward).brief(true));
      works.add(work(50000, 333, 16384, backward));
    }
    return works;
  }

  private static Work work(int entries, int width, int count, boolean backward) {
    String name =
        "embedding %d of %dx%d%s".formatted(count, entries, width, backward ? " fwd+bwd" : "");
    double rows = 4.0 * count * width;
    double gradient = backward ? rows + 4.0 * entries * width : 0;
    return Work.of(
            Family.EMBEDDING,
            name,
            Spec.of(
                "embedding",
                "entries",
                entries,
                "width",
                width,
                "count",
                count,
                "backward",
                backward),
            Traced.of(() -> plan(entries, width, count, backward)))
        .costing(0, 2 * rows + 4.0 * count + gradient);
  }

  private static Traced.Plan plan(int entries, int width, int count, boolean backward) {
    Tensor table = Numbers.reals(1, entries, width);
    Tensor indices = Numbers.integers(2, entries, count);
    Tensor gradient = Numbers.reals(3, count, width);
    return new Traced.Plan(
        List.of(table, indices, gradient),
        in -> {
          Tensor y = in.get(0).gather(in.get(1));
          return backward ? Differentiated.by(y, in.get(2), List.of(in.get(0))) : List.of(y);
        });
  }
}
