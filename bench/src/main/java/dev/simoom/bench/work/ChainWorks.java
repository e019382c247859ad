package dev.simoom.bench.work;

import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Elementwise chains that become one loop each, in cache and out of it. */
final class ChainWorks {
  /** Rows and columns of the operands. */
  private record Size(int rows, int columns, String label) {
    double elements() {
      return (double) rows * columns;
    }
  }

  private static final Size IN_CACHE = new Size(64, 1024, "64 K");
  private static final Size ODD = new Size(1001, 999, "1 M odd");
  private static final Size IN_MEMORY = new Size(16384, 1024, "16 M");
  private static final Size ON_DEVICE = new Size(65536, 1024, "64 M");

  /**
   * A chain.
   *
   * @param name by which {@code peer.py} knows it
   * @param arrays full arrays that it must read and write
   * @param method x, y and z [rows, columns], a row [columns] and a column [rows, 1] to results
   */
  private record Chain(String name, int arrays, UnaryOperator<List<Tensor>> method) {}

  private static final List<Chain> CHAINS =
      List.of(
          new Chain("axpy", 3, x -> List.of(x.get(0).mul(0.5).add(x.get(1)))),
          new Chain("swiglu", 3, x -> List.of(x.get(0).silu().mul(x.get(1)))),
          new Chain("gate", 4, x -> List.of(gate(x.get(0), x.get(1), x.get(2)))),
          new Chain("gelu residual", 3, x -> List.of(x.get(0).add(x.get(3)).gelu().add(x.get(1)))),
          new Chain("broadcast", 2, x -> List.of(x.get(0).mul(x.get(3)).add(x.get(4)))),
          new Chain("mean square", 2, x -> List.of(x.get(0).sub(x.get(1)).square().mean())),
          new Chain("relu and bias gradient", 3, x -> reluGradient(x.get(0), x.get(1))));

  private ChainWorks() {}

  static List<Work> all() {
    List<Work> works = new ArrayList<>();
    for (Chain chain : CHAINS) {
      boolean often = List.of("swiglu", "gate", "relu and bias gradient").contains(chain.name);
      works.add(work(chain, IN_CACHE).brief(chain.name.equals("swiglu")));
      works.add(work(chain, ODD));
      works.add(work(chain, IN_MEMORY).brief(often));
    }
    return works;
  }

  static List<Work> onDevice() {
    return CHAINS.stream().map(chain -> work(chain, ON_DEVICE)).toList();
  }

  private static Work work(Chain chain, Size size) {
    Map<String, Object> spec =
        Spec.of("chain", "kind", chain.name, "rows", size.rows, "columns", size.columns);
    return Work.of(
            Family.CHAIN,
            "chain " + chain.name + " " + size.label,
            spec,
            Traced.of(() -> plan(chain, size)))
        .costing(0, 4 * size.elements() * chain.arrays)
        .against(Work.EAGER, Work.COMPILED);
  }

  private static Traced.Plan plan(Chain chain, Size size) {
    List<Tensor> inputs = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      inputs.add(Numbers.reals(seed, size.rows, size.columns));
    }
    inputs.add(Numbers.reals(4, size.columns));
    inputs.add(Numbers.reals(5, size.rows, 1));
    return new Traced.Plan(inputs, chain.method);
  }

  private static Tensor gate(Tensor g, Tensor a, Tensor b) {
    Tensor s = g.sigmoid();
    return s.mul(a).add(s.neg().add(1).mul(b));
  }

  private static List<Tensor> reluGradient(Tensor x, Tensor gradient) {
    Tensor masked = Tensor.where(x.gt(0), gradient, Tensor.scalar(0));
    return List.of(masked, masked.sum(0));
  }
}
