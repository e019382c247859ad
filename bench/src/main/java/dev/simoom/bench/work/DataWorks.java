package dev.simoom.bench.work;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Files, conversions, rearrangements and random numbers. */
final class DataWorks {
  private static final int ELEMENTS = 16 << 20;
  private static final int SIDE = 4096;

  private DataWorks() {}

  static List<Work> all() {
    List<Work> works = new ArrayList<>();
    works.add(cast(DType.F32, DType.BF16).brief(true));
    works.add(cast(DType.BF16, DType.F32));
    works.add(cast(DType.F32, DType.F16));
    works.add(cast(DType.F16, DType.F32));
    works.add(transpose().brief(true));
    works.add(random(false, 1 << 20));
    works.add(random(false, ELEMENTS).brief(true));
    works.add(random(true, ELEMENTS));
    works.add(file(true).brief(true));
    works.add(file(false).brief(true));
    return works;
  }

  private static Work cast(DType from, DType to) {
    return Work.of(
            Family.DATA,
            "cast %s to %s 16 M".formatted(from, to),
            Spec.of("cast", "from", label(from), "to", label(to), "elements", ELEMENTS),
            Traced.of(
                () -> {
                  Tensor x = Numbers.reals(1, ELEMENTS);
                  Tensor input = from == DType.F32 ? x : x.cast(from).copy();
                  return new Traced.Plan(List.of(input), in -> List.of(in.get(0).cast(to)));
                }))
        .costing(0, (double) ELEMENTS * (from.bytes() + to.bytes()));
  }

  private static String label(DType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static Work transpose() {
    return Work.of(
            Family.DATA,
            "transposed copy " + SIDE,
            Spec.of("transpose", "side", SIDE),
            Traced.of(
                () ->
                    new Traced.Plan(
                        List.of(Numbers.reals(1, SIDE, SIDE)),
                        in -> List.of(in.get(0).transpose().copy()))))
        .costing(0, 8.0 * SIDE * SIDE);
  }

  private static Work random(boolean normal, int elements) {
    String kind = normal ? "normal" : "uniform";
    return Work.of(
            Family.DATA,
            "random %s %d M".formatted(kind, elements >> 20),
            Spec.of("random", "normal", normal, "elements", elements),
            Traced.of(() -> randomPlan(normal, elements)))
        .costing(0, 4.0 * elements)
        .checked(1, 1e-2);
  }

  /** Generators differ, so what is compared are moments. */
  private static Traced.Plan randomPlan(boolean normal, int elements) {
    RandomStream stream = new RandomStream(1);
    Shape shape = Shape.of(elements);
    return new Traced.Plan(
        List.of(),
        List.of(),
        _ -> List.of(normal ? stream.normal(shape) : stream.uniform(shape)),
        x -> List.of(x.get(0).abs().mean(), x.get(0).square().mean()));
  }

  private static Work file(boolean save) {
    return Work.of(
            Family.DATA,
            "safetensors %s 64 MiB".formatted(save ? "save" : "load"),
            Spec.of("safetensors", "save", save),
            () -> new FileWork(save))
        .costing(0, FileWork.BYTES)
        .against();
  }
}
