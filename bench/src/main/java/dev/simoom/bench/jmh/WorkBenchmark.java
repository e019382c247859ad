package dev.simoom.bench.jmh;

import dev.simoom.bench.work.Prepared;
import dev.simoom.bench.work.Work;
import dev.simoom.bench.work.Works;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A work by its name. The counters {@code flops} and {@code bytes} are the rates of operations and
 * of the least traffic.
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
public abstract class WorkBenchmark {
  private @Nullable Work work;
  private @Nullable Prepared prepared;

  /** Work done, per second. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Counters {
    /** Floating-point operations. */
    public double flops;

    /** Bytes read or written, at the least. */
    public double bytes;
  }

  /** For the classes of this package. */
  WorkBenchmark() {}

  /** The name of the work. */
  protected abstract String work();

  /** Prepares the work. */
  @Setup(Level.Trial)
  public void prepare() {
    work = Works.named(work());
    prepared = work.prepare();
  }

  /** Frees its memory. */
  @TearDown(Level.Trial)
  public void close() {
    prepared.close();
  }

  /** Does it once. */
  @Benchmark
  public void run(Counters counters) {
    prepared.run();
    counters.flops += work.flops();
    counters.bytes += work.bytes();
  }
}
