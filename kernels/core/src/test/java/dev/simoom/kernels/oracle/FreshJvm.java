package dev.simoom.kernels.oracle;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Kernel;
import java.util.List;

/**
 * Runs every typical kernel in a process of its own until it allocates nothing, which it does once
 * the optimizing compiler has all of it, and prints a line with the bytes per call for each. The
 * lines are on the error stream, since the compiler reports on the other.
 */
final class FreshJvm {
  /** What the lines begin with; the JVM has a word or two of its own. */
  static final String PREFIX = "allocates ";

  private static final long PATIENCE = 60_000_000_000L;

  private FreshJvm() {}

  /**
   * Runs the kernels.
   *
   * @param args whether to begin with the last kernel, so that another one shapes the profiles
   */
  public static void main(String[] args) {
    List<Kernel> kernels = TypicalKernels.all();
    for (Kernel kernel : Boolean.parseBoolean(args[0]) ? kernels.reversed() : kernels) {
      try (Prepared prepared = new Prepared(kernel, Backend.simd(1))) {
        double bytes = Allocations.perCall(prepared::run, PATIENCE);
        System.err.println(PREFIX + bytes + " bytes per call: " + kernel.name());
      }
    }
  }
}
