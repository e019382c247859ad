package dev.simoom.kernels.oracle;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what a piece of code allocates on the heap, once the compiler is through with it. */
final class Allocations {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 50;
  private static final long WARM_UP = 50_000_000;

  private Allocations() {}

  /**
   * Bytes that each call allocates: the difference of two windows, one twice as long, so that what
   * measuring allocates cancels out. Until the compiler is through, vectors are objects: measures
   * again until there are none.
   *
   * @param patience nanoseconds after which the last measurement stands
   */
  static double perCall(Runnable body, long patience) {
    long deadline = System.nanoTime() + patience;
    double bytes;
    do {
      long pause = System.nanoTime() + WARM_UP;
      while (System.nanoTime() < pause) {
        body.run();
      }
      long one = ofCalls(body, CALLS);
      long two = ofCalls(body, 2 * CALLS);
      bytes = (two - one) / (double) CALLS;
    } while (bytes != 0 && System.nanoTime() < deadline);
    return bytes;
  }

  private static long ofCalls(Runnable body, int calls) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < calls; i++) {
      body.run();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
