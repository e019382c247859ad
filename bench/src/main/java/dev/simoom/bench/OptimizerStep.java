package dev.simoom.bench;

import dev.simoom.kernels.DType;
import dev.simoom.optim.AdEMAMix;
import dev.simoom.optim.AdamW;
import dev.simoom.optim.Optimizer;
import dev.simoom.optim.UpdateRule;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Variable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The traced update of one flat group, beside a copy through the same engine. The counter {@code
 * bytes} is the memory traffic that the work needs at least, per second: 8 bytes per element for
 * the copy, 28 for AdamW, 36 for AdEMAMix.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-XX:+UseParallelGC"
    })
public class OptimizerStep {
  /** What is done to each element. */
  public enum Work {
    /** Copies it. */
    COPY(8),
    /** Updates it by AdamW. */
    ADAM_W(28),
    /** Updates it by AdEMAMix. */
    AD_EMA_MIX(36);

    private final int bytes;

    Work(int bytes) {
      this.bytes = bytes;
    }
  }

  /** Work done, per second. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Counters {
    /** Elements. */
    public long elements;

    /** Bytes read or written. */
    public long bytes;
  }

  /** Number of parameters. */
  @Param({"8388608", "67108864"})
  public long parameters;

  /** The work. */
  @Param public Work work;

  private Variable parameter;
  private Variable gradient;
  private Optimizer optimizer;
  private Program program;

  /** Makes parameters and gradients and traces the program. */
  @Setup(Level.Trial)
  public void prepare() {
    Shape shape = Shape.of(parameters);
    parameter = Variable.zeros("parameter", shape, DType.F32);
    gradient = Variable.zeros("gradient", shape, DType.F32);
    try (dev.simoom.tensor.Scope _ = dev.simoom.tensor.Scope.open()) {
      gradient.assign(new RandomStream(1).normal(shape));
    }
    if (work == Work.COPY) {
      program =
          Program.ofMany(
              none -> {
                parameter.assign(gradient.value().copy());
                return List.of();
              });
      return;
    }
    UpdateRule rule =
        work == Work.ADAM_W ? AdamW.defaults() : AdEMAMix.defaults().withWeightDecay(0.01);
    optimizer = Optimizer.of(rule, Map.of("parameter", parameter));
    program =
        Program.ofMany(
            none -> {
              optimizer.step(List.of(gradient.value()));
              return List.of();
            });
  }

  /** Frees the memory. */
  @TearDown(Level.Trial)
  public void close() {
    program.close();
    if (optimizer != null) {
      optimizer.close();
    }
    parameter.close();
    gradient.close();
  }

  /** One pass over all elements. */
  @Benchmark
  public void step(Counters counters) {
    program.runAll();
    counters.elements += parameters;
    counters.bytes += parameters * work.bytes;
  }
}
