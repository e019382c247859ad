package dev.simoom.bench.work;

import dev.simoom.kernels.Kernel;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/** From a method to an executable program: tracing, fusing, planning, generating classes. */
final class TraceWorks {
  private TraceWorks() {}

  static List<Work> all() {
    return List.of(
        work("language-model step", () -> TransformerWorks.stepPlan(TransformerWorks.Model.DEFAULT))
            .brief(true),
        work("matmul with epilogue", TraceWorks::small));
  }

  private static Work work(String name, Supplier<Traced.Plan> plan) {
    return Work.of(
            Family.TRACE,
            "trace and compile " + name,
            Spec.of("trace", "what", name),
            () -> new Tracing(Scope.open(), plan.get()))
        .against();
  }

  private static Traced.Plan small() {
    return new Traced.Plan(
        List.of(Numbers.reals(1, 64, 64), Numbers.reals(2, 64, 64), Numbers.reals(3, 64)),
        in -> List.of(in.get(0).matmul(in.get(1)).add(in.get(2)).relu()));
  }

  /** Traces anew in each run. */
  private record Tracing(Scope scope, Traced.Plan plan) implements Prepared {
    private Program trace() {
      Program program = Program.ofMany(plan.method()::apply);
      program.prepare(plan.inputs().toArray(Tensor[]::new));
      return program;
    }

    @Override
    public void run() {
      trace().close();
    }

    @Override
    public List<Tensor> results() {
      return List.of();
    }

    @Override
    public List<Kernel> kernels() {
      try (Program program = trace()) {
        return program.kernels();
      }
    }

    @Override
    public void close() {
      Traced.closeAll(plan.owned());
      scope.close();
    }
  }
}
