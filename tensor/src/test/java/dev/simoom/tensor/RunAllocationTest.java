package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.simoom.kernels.Backend;
import dev.simoom.kernels.LiveBuffers;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a run of a program allocates: no native memory, and on the heap only the few objects that
 * stand for its results. In a process of its own, where no other test has shaped the profiles.
 */
@Tag("once")
class RunAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long MOST_BYTES = 800;
  private static final int RUNS = 1000;

  /** Until the compiler is through, vectors are objects too. */
  private static final long PATIENCE = 60_000_000_000L;

  @Test
  void runsAllocateNoNativeMemoryAndLittleHeap() {
    Engine.with(Backend.simd(1), RunAllocationTest::runManyTimes);
  }

  private static boolean runManyTimes() {
    Tensor x = Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    Variable w = Variable.of("w", Tensor.ones(Shape.of(3, 3)));
    try (Program program =
        Program.of(
            in -> {
              Tensor y = in.matmul(w.value()).gelu().softmax(-1);
              w.assign(w.value().mul(0.99).add(y.mean()));
              return y.sum();
            })) {
      program.run(x);
      long buffers = LiveBuffers.count();
      long bytes = LiveBuffers.bytes();
      long deadline = System.nanoTime() + PATIENCE;
      long perRun;
      do {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < RUNS; i++) {
          program.run(x);
        }
        perRun = (THREADS.getCurrentThreadAllocatedBytes() - before) / RUNS;
      } while (perRun > MOST_BYTES && System.nanoTime() < deadline);
      assertThat(LiveBuffers.count()).isEqualTo(buffers);
      assertThat(LiveBuffers.bytes()).isEqualTo(bytes);
      assertThat(perRun).isLessThanOrEqualTo(MOST_BYTES);
    }
    w.close();
    return true;
  }
}
