package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.LiveBuffers;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Long use leaves native memory, heap, threads and classes as they were. In a process of its own,
 * since other tests would move all of these; {@code simoom.soak} gives it its long form.
 */
@Tag("once")
class SoakTest {
  private static final boolean LONG = Boolean.getBoolean("simoom.soak");
  private static final int STEPS = LONG ? 100_000 : 3_000;
  private static final int TRACES = LONG ? 10_000 : 400;

  /** What the JVM keeps for itself as it compiles and profiles more code. */
  private static final long HEAP_SLACK = 4 << 20;

  /** Classes that the JDK spins for call sites met for the first time. */
  private static final long CLASS_SLACK = 40;

  /** What should not grow. */
  private record Use(long buffers, long bytes, long heap, long threads, long classes) {
    static Use now() {
      long heap = Long.MAX_VALUE;
      // The first collections hand unreachable classes and cleaners on to the next.
      for (int i = 0; i < 4; i++) {
        System.gc();
        heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      }
      return new Use(
          LiveBuffers.count(),
          LiveBuffers.bytes(),
          heap,
          ManagementFactory.getThreadMXBean().getThreadCount(),
          ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    }

    void assertNoMoreThan(Use before) {
      assertThat(buffers).as(LiveBuffers.report()).isEqualTo(before.buffers);
      assertThat(bytes).as("native bytes").isEqualTo(before.bytes);
      assertThat(threads).as("threads").isLessThanOrEqualTo(before.threads);
      assertThat(classes).as("classes").isLessThanOrEqualTo(before.classes + CLASS_SLACK);
      assertThat(heap).as("heap").isLessThanOrEqualTo(before.heap + HEAP_SLACK);
    }
  }

  /** Something that is made, used a number of times, and closed. */
  private interface Life {
    void live(int warmUp, int uses);
  }

  /** What the process keeps for all is there after a first life; the second leaves nothing more. */
  private static void assertNothingIsLeft(int uses, Life life) {
    life.live(4, 0);
    long live = LiveBuffers.count();
    life.live(uses / 4, uses);
    assertThat(LiveBuffers.count()).as(LiveBuffers.report()).isEqualTo(live);
  }

  /** Compares what is in use after some uses with what is in use after many more. */
  private static void assertFlat(int warmUp, int uses, IntConsumer work) {
    for (int i = 0; i < warmUp; i++) {
      work.accept(i);
    }
    Use before = Use.now();
    for (int i = warmUp; i < warmUp + uses; i++) {
      work.accept(i);
    }
    Use.now().assertNoMoreThan(before);
  }

  @Test
  void stepsOfOneProgram() {
    assertNothingIsLeft(STEPS, SoakTest::runSteps);
  }

  private static void runSteps(int warmUp, int uses) {
    Variable w = Variable.of("w", Tensor.ones(Shape.of(3, 3)));
    RandomStream random = new RandomStream(1);
    try (Program program =
        Program.of(
            x -> {
              Tensor y = x.matmul(w.value()).add(random.normal(Shape.of(2, 3))).gelu();
              Tensor loss = y.square().mean();
              w.assign(w.value().sub(loss.gradients(List.of(w.value())).getFirst().mul(0.01)));
              return loss;
            })) {
      assertFlat(
          warmUp,
          uses,
          i -> {
            try (Scope _ = Scope.open()) {
              Tensor x = Tensor.of(Shape.of(2, 3), i % 9, 2, 3, 4, 5, 6).mul(0.1);
              assertThat(program.run(x).item()).isFinite();
            }
          });
    }
    w.close();
  }

  @Test
  void programsTracedOnceEach() {
    assertNothingIsLeft(TRACES, SoakTest::traceMany);
  }

  private static void traceMany(int warmUp, int uses) {
    try (Variable w = Variable.of("w", Tensor.ones(Shape.of(1)))) {
      assertFlat(
          warmUp,
          uses,
          i -> {
            Tensor input = Tensor.of(new float[1 + i % 300]);
            try (Program once = Program.of(x -> x.mul(w.value()).softmax(-1))) {
              assertThat(once.run(input).shape()).isEqualTo(input.shape());
            }
          });
    }
  }

  @Test
  void signaturesOfOneProgram() {
    assertNothingIsLeft(TRACES, SoakTest::changeShapes);
  }

  private static void changeShapes(int warmUp, int uses) {
    Logger logger = Logger.getLogger(Program.class.getName());
    logger.setUseParentHandlers(false);
    try (Variable w = Variable.of("w", Tensor.ones(Shape.of(1)));
        Program program = Program.of(x -> x.add(w.value()).exp().sum())) {
      assertFlat(
          warmUp,
          uses,
          i -> assertThat(program.run(Tensor.of(new float[1 + i])).item()).isPositive());
    } finally {
      logger.setUseParentHandlers(true);
    }
  }
}
