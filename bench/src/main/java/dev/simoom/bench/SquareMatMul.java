package dev.simoom.bench;

import dev.simoom.kernels.Backend;
import dev.simoom.tensor.Engine;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
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
 * A square matrix product, beside the most multiply-adds that one thread can issue from registers.
 * The counter {@code flops} is the rate, a multiply-add counted as two.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-XX:+UseParallelGC"
    })
public class SquareMatMul {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CEILING_ROUNDS = 100_000;

  /** Work done, per second. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Counters {
    /** Floating-point operations. */
    public long flops;
  }

  /** Rows and columns of all three matrices. */
  @Param("1024")
  public int size;

  /** Threads of the product. */
  @Param({"1", "2"})
  public int threads;

  private Tensor a;
  private Tensor b;
  private Program program;
  private dev.simoom.tensor.Scope scope;

  /** Makes the operands and traces the program. */
  @Setup(Level.Trial)
  public void prepare() {
    Engine.use(Backend.simd(threads));
    scope = dev.simoom.tensor.Scope.open();
    RandomStream random = new RandomStream(1);
    a = random.normal(Shape.of(size, size));
    b = random.normal(Shape.of(size, size));
    program = Program.of((x, y) -> x.matmul(y));
  }

  /** Frees the memory. */
  @TearDown(Level.Trial)
  public void close() {
    program.close();
    scope.close();
  }

  /** The product. */
  @Benchmark
  public Tensor product(Counters counters) {
    counters.flops += 2L * size * size * size;
    return program.run(a, b);
  }

  /** Twelve independent chains of multiply-adds on one thread: the ceiling of one core. */
  @Benchmark
  public float ceiling(Counters counters) {
    FloatVector m = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector s0 = m;
    FloatVector s1 = m;
    FloatVector s2 = m;
    FloatVector s3 = m;
    FloatVector s4 = m;
    FloatVector s5 = m;
    FloatVector s6 = m;
    FloatVector s7 = m;
    FloatVector s8 = m;
    FloatVector s9 = m;
    FloatVector s10 = m;
    FloatVector s11 = m;
    for (int i = 0; i < CEILING_ROUNDS; i++) {
      s0 = s0.fma(m, m);
      s1 = s1.fma(m, m);
      s2 = s2.fma(m, m);
      s3 = s3.fma(m, m);
      s4 = s4.fma(m, m);
      s5 = s5.fma(m, m);
      s6 = s6.fma(m, m);
      s7 = s7.fma(m, m);
      s8 = s8.fma(m, m);
      s9 = s9.fma(m, m);
      s10 = s10.fma(m, m);
      s11 = s11.fma(m, m);
    }
    counters.flops += 2L * 12 * SPECIES.length() * CEILING_ROUNDS;
    FloatVector sum = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
    return sum.add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).lane(0);
  }
}
