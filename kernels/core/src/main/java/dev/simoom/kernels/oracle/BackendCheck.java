package dev.simoom.kernels.oracle;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Kernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Holds every kind of kernel on a backend against the reference and times a large one. */
public final class BackendCheck {
  private static final int RUNS = 10;

  private BackendCheck() {}

  /**
   * How one kind of kernel did.
   *
   * @param kind its name
   * @param passed cases that agreed with the reference
   * @param cases how many were run
   * @param failure what the first case that did not agree complained of, or null
   * @param worst largest distance from the reference, in units of {@code max(1, |expected|)}
   */
  public record Agreement(
      String kind, int passed, int cases, @Nullable String failure, double worst) {}

  /**
   * How fast one kernel is.
   *
   * @param kernel its name
   * @param nanos of the fastest of a few runs
   * @param bytes that it must move at the least
   * @param flops floating-point operations of a run
   * @param failure why there is no time, or null
   */
  public record Speed(
      String kernel, long nanos, long bytes, long flops, @Nullable String failure) {}

  /**
   * Runs seeded random cases of every kind.
   *
   * @param cases of each kind
   * @param each is told of each kind when it is done
   */
  public static List<Agreement> agreements(
      Backend backend, int cases, long seed, Consumer<Agreement> each) {
    List<Agreement> all = new ArrayList<>();
    for (Class<?> kind : Arrays.asList(Kernel.class.getPermittedSubclasses())) {
      Agreement agreement = agreement(backend, kind, cases, seed);
      each.accept(agreement);
      all.add(agreement);
    }
    return all;
  }

  private static Agreement agreement(Backend backend, Class<?> kind, int cases, long seed) {
    int passed = 0;
    double worst = 0;
    String failure = null;
    for (int i = 0; i < cases; i++) {
      long own = seed * 1_000_003 + 31L * kind.getSimpleName().hashCode() + i;
      Case subject = KernelCases.ALL.get(kind).apply(new Generator(own));
      try {
        worst = Math.max(worst, Oracle.check(subject, own, backend));
        passed++;
      } catch (AssertionError | RuntimeException e) {
        failure = failure == null ? "case " + i + ": " + e : failure;
      }
    }
    return new Agreement(kind.getSimpleName(), passed, cases, failure, worst);
  }

  /**
   * Times kernels large enough that launching them does not count.
   *
   * @param each is told of each kernel when it is done
   */
  public static List<Speed> speeds(Backend backend, Consumer<Speed> each) {
    List<Speed> all = new ArrayList<>();
    for (Kernel kernel : LargeKernels.all()) {
      Speed speed = speed(backend, kernel);
      each.accept(speed);
      all.add(speed);
    }
    return all;
  }

  private static Speed speed(Backend backend, Kernel kernel) {
    long best = Long.MAX_VALUE;
    try (Prepared prepared = new Prepared(kernel, backend, LargeKernels.ENTRIES)) {
      prepared.run();
      for (int i = 0; i < RUNS; i++) {
        long start = System.nanoTime();
        prepared.run();
        best = Math.min(best, System.nanoTime() - start);
      }
    } catch (RuntimeException e) {
      return new Speed(kernel.name(), 0, kernel.bytes(), kernel.flops(), e.toString());
    }
    return new Speed(kernel.name(), best, kernel.bytes(), kernel.flops(), null);
  }
}
