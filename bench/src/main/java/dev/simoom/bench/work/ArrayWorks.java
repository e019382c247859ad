package dev.simoom.bench.work;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What is done to arrays besides arithmetic: running sums, orders, selections, rearrangements. */
final class ArrayWorks {
  private static final Set<String> BRIEF =
      Set.of("cumsum last axis", "sort last axis", "gather along last axis");

  /**
   * A method on a matrix [rows, columns].
   *
   * @param kind its name, which the peer knows too
   * @param arrays how many times the matrix' bytes it must move
   * @param others the makers of further inputs
   * @param backward whether the gradient by the matrix is computed too
   * @param method the call
   */
  private record Form(
      String kind,
      double arrays,
      List<Input> others,
      boolean backward,
      Function<List<Tensor>, Tensor> method) {
    static Form of(String kind, double arrays, Function<List<Tensor>, Tensor> method) {
      return new Form(kind, arrays, List.of(), false, method);
    }

    Form with(Input... inputs) {
      return new Form(kind, arrays, List.of(inputs), backward, method);
    }

    Form differentiated() {
      return new Form(kind, 2 * arrays, others, true, method);
    }

    Work work(int rows, int columns) {
      String name = "%s %dx%d%s".formatted(kind, rows, columns, backward ? " fwd+bwd" : "");
      return Work.of(
              Family.ARRAY,
              name,
              Spec.of(
                  "array", "kind", kind, "rows", rows, "columns", columns, "backward", backward),
              Traced.of(() -> plan(rows, columns)))
          .costing(0, arrays * 4 * rows * columns);
    }

    private Traced.Plan plan(int rows, int columns) {
      List<Tensor> inputs = new ArrayList<>();
      inputs.add(
          kind.startsWith("cumprod") || kind.startsWith("prod")
              ? Numbers.scaled(1, 0x1p-6, rows, columns).add(1)
              : Numbers.reals(1, rows, columns));
      others.forEach(other -> inputs.add(other.of(rows, columns)));
      if (!backward) {
        return new Traced.Plan(inputs, in -> List.of(method.apply(in)));
      }
      Tensor y = method.apply(inputs);
      inputs.add(Numbers.reals(9, y.shape().toArray()));
      return new Traced.Plan(
          inputs, in -> Differentiated.by(method.apply(in), in.getLast(), List.of(in.getFirst())));
    }
  }

  /** Makes an input beside a matrix [rows, columns]. */
  private interface Input {
    Tensor of(int rows, int columns);
  }

  /** A column for each element. */
  private static final Input COLUMN_OF_EACH =
      (rows, columns) -> Numbers.integers(2, columns, rows, columns);

  private ArrayWorks() {}

  static List<Work> all() {
    List<Work> works = new ArrayList<>();
    for (Form form : forms()) {
      works.add(form.work(256, 512));
      works.add(form.work(4096, 2048).brief(BRIEF.contains(form.kind) && !form.backward));
    }
    // One long row leaves nothing to do beside it.
    for (Form form : List.of(runningSum(), sort())) {
      works.add(form.work(1, 1 << 20));
    }
    works.add(drawn("permutation", 1 << 20));
    works.add(drawn("bernoulli", 16 << 20));
    works.add(drawn("integers", 16 << 20));
    works.add(einsum());
    return works;
  }

  private static Form runningSum() {
    return Form.of("cumsum last axis", 2, in -> in.get(0).cumsum(1));
  }

  private static Form sort() {
    return Form.of("sort last axis", 2, in -> in.get(0).sort(1, false).values());
  }

  private static Form gatherAlong() {
    return Form.of("gather along last axis", 3, in -> in.get(0).gather(1, in.get(1)))
        .with(COLUMN_OF_EACH);
  }

  private static List<Form> forms() {
    List<Form> forms = new ArrayList<>(scans());
    forms.addAll(reductions());
    forms.addAll(selections());
    forms.addAll(rearrangements());
    forms.add(Form.of("erf", 2, in -> in.get(0).erf()));
    forms.add(Form.of("geluExact", 2, in -> in.get(0).geluExact()).differentiated());
    return forms;
  }

  private static List<Form> scans() {
    return List.of(
        runningSum(),
        runningSum().differentiated(),
        Form.of("cumsum first axis", 2, in -> in.get(0).cumsum(0)),
        Form.of("cumprod last axis", 2, in -> in.get(0).cumprod(1)),
        Form.of("cumprod last axis", 2, in -> in.get(0).cumprod(1)).differentiated());
  }

  private static List<Form> reductions() {
    return List.of(
        Form.of("logSumExp last axis", 1, in -> in.get(0).logSumExp(1)),
        Form.of("var last axis", 1, in -> in.get(0).var(1)).differentiated(),
        Form.of("std first axis", 1, in -> in.get(0).std(0)),
        Form.of("norm last axis", 1, in -> in.get(0).norm(2, 1)),
        Form.of("prod last axis", 1, in -> in.get(0).prod(1)),
        Form.of("argmax last axis", 1, in -> in.get(0).argmax(1)),
        Form.of("any last axis", 1, in -> in.get(0).gt(0.999).any(1)));
  }

  private static List<Form> selections() {
    return List.of(
        sort(),
        gatherAlong(),
        gatherAlong().differentiated(),
        Form.of("gather along first axis", 3, in -> in.get(0).gather(0, in.get(1)))
            .with((rows, columns) -> Numbers.integers(2, rows, rows, columns)),
        Form.of(
                "scatterAdd along last axis",
                4,
                in -> in.get(0).scatterAdd(1, in.get(1), in.get(2)))
            .with(COLUMN_OF_EACH, (rows, columns) -> Numbers.reals(3, rows, columns)),
        Form.of("indexSelect last axis", 2, in -> in.get(0).indexSelect(1, in.get(1)))
            .with((_, columns) -> Numbers.integers(2, columns, columns)),
        Form.of("indexAdd first axis", 3, in -> in.get(0).indexAdd(0, in.get(1), in.get(2)))
            .with(
                (rows, _) -> Numbers.integers(2, rows, rows),
                (rows, columns) -> Numbers.reals(3, rows, columns)),
        Form.of("oneHot", 1, in -> in.get(1).oneHot(in.get(0).shape().extent(1)))
            .with((rows, columns) -> Numbers.integers(2, columns, rows)),
        Form.of("tril", 2, in -> in.get(0).tril()));
  }

  private static List<Form> rearrangements() {
    return List.of(
        Form.of("flip last axis", 2, in -> in.get(0).flip(1)),
        Form.of("flip first axis", 2, in -> in.get(0).flip(0)),
        Form.of("roll last axis", 2, in -> in.get(0).roll(1, 3)),
        Form.of("pad", 2, in -> in.get(0).pad(0, 1, 1).pad(1, 1, 1)),
        Form.of("stack last axis", 4, in -> Tensor.stack(2, in.get(0), in.get(1)))
            .with((rows, columns) -> Numbers.reals(2, rows, columns)),
        Form.of("repeat both axes", 5, in -> in.get(0).repeat(2, 2)));
  }

  /** Generators differ, so what is compared is the mean. */
  private static Work drawn(String kind, int elements) {
    RandomStream stream = new RandomStream(1);
    Shape shape = Shape.of(elements);
    return Work.of(
            Family.ARRAY,
            "%s %d M".formatted(kind, elements >> 20),
            Spec.of("drawn", "kind", kind, "elements", elements),
            Traced.of(
                () ->
                    new Traced.Plan(
                        List.of(),
                        List.of(),
                        _ ->
                            List.of(
                                switch (kind) {
                                  case "permutation" -> stream.permutation(elements);
                                  case "bernoulli" -> stream.bernoulli(shape, 0.25);
                                  default -> stream.integers(shape, 0, 1000);
                                }),
                        x -> List.of(x.getFirst().mean()))))
        .costing(0, 4.0 * elements)
        .checked(1, 1e-2);
  }

  private static Work einsum() {
    int batch = 8;
    int time = 256;
    int heads = 8;
    int size = 64;
    return Work.of(
            Family.ARRAY,
            "einsum bqhd,bkhd->bqhk 8x256x8x64",
            Spec.of("einsum", "batch", batch, "time", time, "heads", heads, "size", size),
            Traced.of(
                () ->
                    new Traced.Plan(
                        List.of(
                            Numbers.reals(1, batch, time, heads, size),
                            Numbers.reals(2, batch, time, heads, size)),
                        in -> List.of(Tensor.einsum("bqhd,bkhd->bqhk", in.get(0), in.get(1))))))
        .costing(
            2.0 * batch * heads * time * time * size,
            4.0 * batch * heads * time * (2.0 * size + time));
  }
}
