package dev.simoom.bench.work;

import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Selection of the largest, and products with few rows of a table. */
final class SparseWorks {
  private SparseWorks() {}

  static List<Work> all() {
    List<Work> works = new ArrayList<>();
    works.add(topK(1024, 8192, 32).brief(true));
    works.add(topK(2048, 1024, 16));
    works.add(topK(64, 131072, 64));
    works.add(topK(1000, 999, 256));
    for (boolean backward : new boolean[] {false, true}) {
      works.add(decode(1024, 32, 8192, 512, backward).brief(true));
      works.add(decode(2048, 16, 1024, 128, backward));
      works.add(decode(1024, 64, 65536, 500, backward));
    }
    return works;
  }

  static List<Work> onDevice() {
    return List.of(
        topK(8192, 16384, 32),
        decode(8192, 32, 65536, 512, false),
        decode(8192, 32, 65536, 512, true));
  }

  private static Work topK(int rows, int columns, int k) {
    return Work.of(
            Family.SPARSE,
            "topK %d of %dx%d".formatted(k, rows, columns),
            Spec.of("topK", "rows", rows, "columns", columns, "k", k),
            Traced.of(
                () ->
                    new Traced.Plan(
                        List.of(Numbers.reals(1, rows, columns)),
                        List.of(),
                        in -> {
                          Tensor.Top top = in.get(0).topK(k);
                          return List.of(top.values(), top.indices());
                        },
                        results -> results.subList(0, 1))))
        .costing(0, 4.0 * rows * columns + 8.0 * rows * k);
  }

  private static Work decode(int rows, int k, int entries, int width, boolean backward) {
    double products = 2.0 * rows * k * width;
    double touched = Math.min(entries, (double) rows * k);
    double forward = 4 * (2.0 * rows * k + touched * width + (double) rows * width);
    double gradient = 4 * ((double) rows * k + (double) entries * width + (double) rows * width);
    return Work.of(
            Family.SPARSE,
            "sparseDecode %dx%d of %dx%d%s"
                .formatted(rows, k, entries, width, backward ? " fwd+bwd" : ""),
            Spec.of(
                "sparseDecode",
                "rows",
                rows,
                "k",
                k,
                "entries",
                entries,
                "width",
                width,
                "backward",
                backward),
            Traced.of(() -> plan(rows, k, entries, width, backward)))
        .costing((backward ? 3 : 1) * products, forward + (backward ? gradient : 0))
        .against(Work.EAGER, Work.EMBEDDING_BAG);
  }

  private static Traced.Plan plan(int rows, int k, int entries, int width, boolean backward) {
    Tensor values = Numbers.reals(1, rows, k);
    Tensor indices = Numbers.integers(2, entries, rows, k);
    Tensor table = Numbers.reals(3, entries, width);
    Tensor gradient = Numbers.reals(4, rows, width);
    return new Traced.Plan(
        List.of(values, indices, table, gradient),
        in -> {
          Tensor y = in.get(2).sparseDecode(in.get(0), in.get(1));
          return backward
              ? Differentiated.by(y, in.get(3), List.of(in.get(0), in.get(2)))
              : List.of(y);
        });
  }
}
