package dev.simoom.bench.work;

import dev.simoom.nn.LayerNorm;
import dev.simoom.nn.Losses;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Layer norm, softmax and cross-entropy over rows, in cache and out of it. */
final class RowWorks {
  /** One function over rows. */
  private record Form(String kind, int rows, int columns, boolean backward) {
    Work work() {
      String name = "%s %dx%d%s".formatted(kind, rows, columns, backward ? " fwd+bwd" : "");
      boolean loss = kind.equals("crossEntropy");
      double arrays = (loss ? 1 : 2) * (backward ? 2 : 1);
      return Work.of(
              Family.ROWS,
              name,
              Spec.of("rows", "kind", kind, "rows", rows, "columns", columns, "backward", backward),
              Traced.of(this::plan))
          .costing(0, arrays * 4 * rows * columns)
          .against(Work.EAGER, Work.COMPILED);
    }

    private Traced.Plan plan() {
      Tensor x = Numbers.scaled(1, 4, rows, columns);
      Tensor gradient = Numbers.reals(2, rows, columns);
      return switch (kind) {
        case "layerNorm" -> layerNorm(x, gradient);
        case "softmax" -> plain(List.of(x, gradient), in -> in.get(0).softmax(-1));
        default -> crossEntropy(x, Numbers.integers(3, columns, rows));
      };
    }

    private Traced.Plan layerNorm(Tensor x, Tensor gradient) {
      Variable weight = Variable.of("weight", Numbers.reals(4, columns));
      Variable bias = Variable.of("bias", Numbers.reals(5, columns));
      LayerNorm norm = new LayerNorm(weight, bias, 1e-5);
      return new Traced.Plan(
          List.of(x, gradient),
          List.of(norm),
          in -> {
            Tensor y = norm.forward(in.get(0), true);
            List<Tensor> by = List.of(in.get(0), weight.value(), bias.value());
            return backward ? Differentiated.by(y, in.get(1), by) : List.of(y);
          },
          results -> results);
    }

    private Traced.Plan plain(List<Tensor> inputs, Function<List<Tensor>, Tensor> function) {
      return new Traced.Plan(
          inputs,
          in -> {
            Tensor y = function.apply(in);
            return backward ? Differentiated.by(y, in.get(1), List.of(in.get(0))) : List.of(y);
          });
    }

    private Traced.Plan crossEntropy(Tensor logits, Tensor targets) {
      return new Traced.Plan(
          List.of(logits, targets),
          in -> {
            Tensor loss = Losses.crossEntropy(in.get(0), in.get(1));
            return backward ? Differentiated.by(loss, List.of(in.get(0))) : List.of(loss);
          });
    }
  }

  private RowWorks() {}

  static List<Work> all() {
    List<Work> works = new ArrayList<>();
    for (String kind : List.of("layerNorm", "softmax", "crossEntropy")) {
      for (boolean backward : new boolean[] {false, true}) {
        works.add(new Form(kind, 64, 512, backward).work());
        works.add(new Form(kind, 1024, 1000, backward).work());
        works.add(new Form(kind, 16384, 1024, backward).work().brief(backward));
      }
    }
    works.add(new Form("crossEntropy", 2048, 2048, true).work());
    works.add(new Form("crossEntropy", 512, 32000, true).work());
    works.add(new Form("softmax", 200000, 50, true).work());
    return works;
  }

  static List<Work> onDevice() {
    return List.of(
        new Form("layerNorm", 65536, 1024, false).work(),
        new Form("layerNorm", 65536, 1024, true).work(),
        new Form("softmax", 65536, 1024, true).work(),
        new Form("crossEntropy", 4096, 32000, true).work());
  }
}
