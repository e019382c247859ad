package dev.simoom.bench.work;

import dev.simoom.kernels.Kernel;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** A traced program on given inputs. */
final class Traced implements Prepared {
  private final Scope scope;
  private final Program program;
  private final Tensor[] inputs;
  private final List<AutoCloseable> owned;
  private final Supplier<List<Tensor>> outcome;
  private List<Tensor> results = List.of();

  /** What a program is traced from. */
  record Plan(
      List<Tensor> inputs,
      List<? extends AutoCloseable> owned,
      Function<List<Tensor>, List<Tensor>> method,
      Supplier<List<Tensor>> state) {
    /** A program without state. */
    Plan(List<Tensor> inputs, Function<List<Tensor>, List<Tensor>> method) {
      this(inputs, List.of(), method, List::of);
    }
  }

  private Traced(Scope scope, Plan plan) {
    this.scope = scope;
    this.inputs = plan.inputs().toArray(Tensor[]::new);
    this.owned = List.copyOf(plan.owned());
    this.outcome = plan.state();
    this.program = Program.ofMany(plan.method());
    program.prepare(inputs);
  }

  /** Prepares a plan; its inputs live until the work is closed. */
  static Supplier<Prepared> of(Supplier<Plan> plan) {
    return () -> {
      Scope scope = Scope.open();
      return new Traced(scope, plan.get());
    };
  }

  @Override
  public void run() {
    results = program.runAll(inputs);
  }

  @Override
  public List<Tensor> results() {
    List<Tensor> all = new ArrayList<>(results);
    all.addAll(outcome.get());
    return all;
  }

  @Override
  public List<Kernel> kernels() {
    return program.kernels();
  }

  @Override
  public void close() {
    program.close();
    for (AutoCloseable part : owned) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot free what a work used", e);
      }
    }
    scope.close();
  }
}
