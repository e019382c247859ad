package dev.simoom.bench.work;

import dev.simoom.kernels.Kernel;
import dev.simoom.tensor.Engine;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A traced program on given inputs. */
final class Traced implements Prepared {
  private final Scope scope;
  private final Program program;
  private final Tensor[] inputs;
  private final List<AutoCloseable> owned;
  private final UnaryOperator<List<Tensor>> outcome;
  private List<Tensor> results = List.of();

  /**
   * What a program is traced from.
   *
   * @param inputs what it is run on
   * @param owned what is to be closed behind it
   * @param method what is traced
   * @param outcome what is compared with a peer's, given the results of the last run
   */
  record Plan(
      List<Tensor> inputs,
      List<? extends AutoCloseable> owned,
      UnaryOperator<List<Tensor>> method,
      UnaryOperator<List<Tensor>> outcome) {
    /** A program whose results are what is compared. */
    Plan(List<Tensor> inputs, UnaryOperator<List<Tensor>> method) {
      this(inputs, List.of(), method, results -> results);
    }
  }

  private Traced(Scope scope, Plan plan) {
    this.scope = scope;
    this.outcome = plan.outcome();
    List<AutoCloseable> closed = new ArrayList<>(plan.owned());
    if (onDevice()) {
      List<Variable> kept = plan.inputs().stream().map(x -> Variable.of("input", x)).toList();
      closed.addAll(kept);
      this.inputs = new Tensor[0];
      this.program =
          Program.ofMany(_ -> plan.method().apply(kept.stream().map(Variable::value).toList()));
    } else {
      this.inputs = plan.inputs().toArray(Tensor[]::new);
      this.program = Program.ofMany(plan.method());
    }
    this.owned = List.copyOf(closed);
    program.prepare(inputs);
  }

  /**
   * Whether inputs would travel with each run: they are made variables, which stay, since a peer's
   * are on the device too.
   */
  private static boolean onDevice() {
    return Engine.backend().forSingleCalls() != Engine.backend();
  }

  /** Prepares a plan; its inputs live until the work is closed. */
  static Supplier<Prepared> of(Supplier<Plan> plan) {
    return () -> {
      Scope scope = Scope.open();
      try {
        return new Traced(scope, plan.get());
      } catch (RuntimeException | Error e) {
        scope.close();
        throw e;
      }
    };
  }

  @Override
  public void run() {
    results = program.runAll(inputs);
  }

  @Override
  public List<Tensor> results() {
    return outcome.apply(results);
  }

  @Override
  public List<Kernel> kernels() {
    return program.kernels();
  }

  @Override
  public Optional<Program> program() {
    return Optional.of(program);
  }

  @Override
  public void close() {
    program.close();
    closeAll(owned);
    scope.close();
  }

  /** Frees what a plan owns. */
  static void closeAll(List<? extends AutoCloseable> owned) {
    for (AutoCloseable part : owned) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot free what a work used", e);
      }
    }
  }
}
