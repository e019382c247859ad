package dev.simoom.kernels.oracle;

import dev.simoom.kernels.Backend;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Runs every typical kernel for a while in a process of its own and prints how long each takes in
 * the end, one line each in their order, as multiples of a plain loop's time on the same machine.
 */
final class FreshJvm {
  private static final int MIN_ROUNDS = 8;
  private static final int MAX_ROUNDS = 60;

  /** Rounds without a word from the compilers after which they are taken to be done. */
  private static final int QUIET_ROUNDS = 3;

  private static final long SLICE = 40_000_000;

  private FreshJvm() {}

  public static void main(String[] args) {
    List<Prepared> kernels =
        TypicalKernels.all().stream().map(k -> new Prepared(k, Backend.simd(1))).toList();
    CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
    double unit = Double.POSITIVE_INFINITY;
    double[] times = new double[kernels.size()];
    int quiet = 0;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      long before = compilers.getTotalCompilationTime();
      unit = Math.min(unit, best(FreshJvm::calibrate));
      for (int i = 0; i < times.length; i++) {
        times[i] = best(kernels.get(i)::run);
      }
      quiet = compilers.getTotalCompilationTime() == before ? quiet + 1 : 0;
      if (round >= MIN_ROUNDS && quiet >= QUIET_ROUNDS) {
        break;
      }
    }
    for (double time : times) {
      System.out.println(time / unit);
    }
    kernels.forEach(Prepared::close);
  }

  /** The shortest of the runs that fit into a slice of time. */
  private static double best(Runnable body) {
    double best = Double.POSITIVE_INFINITY;
    long start = System.nanoTime();
    long now = start;
    while (now - start < SLICE) {
      body.run();
      long end = System.nanoTime();
      best = Math.min(best, end - now);
      now = end;
    }
    return best;
  }

  private static void calibrate() {
    int x = 1;
    for (int i = 0; i < 100_000; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
    }
    if (x == 0) {
      throw new IllegalStateException("xorshift never reaches 0");
    }
  }
}
