package dev.simoom.kernels.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Kernel;
import java.lang.management.ManagementFactory;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiled kernels allocate nothing: a vector that is boxed shows in no result, but is ten to a
 * hundred times slower.
 */
@Tag("once")
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 50;
  private static final long PATIENCE = 30_000_000_000L;
  private static final long CANARY_PATIENCE = 2_000_000_000L;

  /** Where the canary puts its vectors, so that they must exist as objects. */
  private static final Object[] ESCAPE = new Object[1];

  static List<Kernel> kernels() {
    return TypicalKernels.all();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aCompiledKernelAllocatesNothing(Kernel kernel) {
    try (Prepared prepared = new Prepared(kernel, Backend.simd(1))) {
      assertThat(bytesPerCall(prepared::run, PATIENCE)).as(kernel.name()).isZero();
    }
  }

  @Test
  void aVectorThatEscapesIsNoticed() {
    float[] data = new float[64];
    Runnable canary =
        () -> {
          FloatVector vector = FloatVector.fromArray(FloatVector.SPECIES_128, data, 0);
          ESCAPE[0] = vector.add(1);
        };
    assertThat(bytesPerCall(canary, CANARY_PATIENCE)).isPositive();
  }

  /**
   * The difference of two windows, one twice as long, so that what measuring allocates cancels out.
   * Until the compiler is through, vectors are objects: measures again until there are none.
   */
  private static double bytesPerCall(Runnable body, long patience) {
    long deadline = System.nanoTime() + patience;
    double bytes;
    do {
      long pause = System.nanoTime() + 50_000_000;
      while (System.nanoTime() < pause) {
        body.run();
      }
      long one = allocated(body, CALLS);
      long two = allocated(body, 2 * CALLS);
      bytes = (two - one) / (double) CALLS;
    } while (bytes != 0 && System.nanoTime() < deadline);
    return bytes;
  }

  private static long allocated(Runnable body, int calls) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < calls; i++) {
      body.run();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
