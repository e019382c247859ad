package dev.simoom.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.simd.AttentionProblem.Placement;
import dev.simoom.kernels.simd.AttentionProblem.Shape;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttentionTaskTest {
  static Stream<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    int[] lengths = {1, 5, 17, 64, 200};
    int[] heads = {1, 3, 8, 32, 64, 80, 128};
    List<List<Long>> batches =
        List.of(List.of(), List.of(2L), List.of(2L, 3L), List.of(2L, 1L, 2L));
    int turn = 0;
    for (int length : lengths) {
      for (int head : heads) {
        for (boolean causal : new boolean[] {false, true}) {
          Placement placement = Placement.values()[turn % 3];
          shapes.add(new Shape(batches.get(turn++ % 4), length, length, head, causal, placement));
        }
      }
    }
    for (boolean causal : new boolean[] {false, true}) {
      for (Placement placement : List.of(Placement.DENSE, Placement.TIME_FIRST)) {
        shapes.add(new Shape(List.of(2L), 7, 150, 16, causal, placement));
        shapes.add(new Shape(List.of(2L), 150, 7, 16, causal, placement));
        shapes.add(new Shape(List.of(3L), 70, 69, 20, causal, placement));
        shapes.add(new Shape(List.of(), 9, 0, 4, causal, placement));
        shapes.add(new Shape(List.of(), 0, 9, 4, causal, placement));
      }
      shapes.add(new Shape(List.of(0L, 2L), 3, 3, 4, causal, Placement.DENSE));
      shapes.add(new Shape(List.of(500L), 3, 3, 4, causal, Placement.DENSE));
      shapes.add(new Shape(List.of(), 300, 300, 256, causal, Placement.DENSE));
    }
    return shapes.stream();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithTheFormula(Shape shape) {
    try (AttentionProblem problem = new AttentionProblem(shape, 11)) {
      problem.run(2);
      for (int i = 0; i < problem.instances(); i++) {
        NaiveAttention expected = naive(problem, i);
        check(problem.matrix(3, i), expected.out, "out");
        check(problem.matrix(6, i), expected.gradQ, "gradQ");
        check(problem.matrix(7, i), expected.gradK, "gradK");
        check(problem.matrix(8, i), expected.gradV, "gradV");
        for (int t = 0; t < shape.queries(); t++) {
          double value = expected.logSumExp[t];
          if (value == Double.NEGATIVE_INFINITY) {
            assertThat(problem.logSumExp(i, t)).isEqualTo(Float.NEGATIVE_INFINITY);
          } else {
            double error = 1e-6 * Math.max(4, Math.abs(value));
            assertThat((double) problem.logSumExp(i, t)).isCloseTo(value, within(error));
          }
        }
      }
    }
  }

  private static NaiveAttention naive(AttentionProblem problem, int instance) {
    return new NaiveAttention(
        problem.matrix(0, instance),
        problem.matrix(1, instance),
        problem.matrix(2, instance),
        problem.matrix(5, instance),
        problem.forward.scale(),
        problem.shape.causal());
  }

  private static void check(double[][] actual, double[][] expected, String what) {
    double largest = 1;
    for (double[] row : expected) {
      for (double value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    for (int t = 0; t < actual.length; t++) {
      for (int d = 0; d < actual[t].length; d++) {
        assertThat(actual[t][d])
            .as("%s at time %d, feature %d", what, t, d)
            .isCloseTo(expected[t][d], within(4e-6 * largest));
      }
    }
  }

  @Test
  void theFormulasGradientsAreThoseOfFiniteDifferences() {
    Random random = new Random(5);
    double[][][] in = new double[4][][];
    int[] lengths = {4, 6, 6, 4};
    for (int i = 0; i < 4; i++) {
      in[i] = new double[lengths[i]][3];
      for (double[] row : in[i]) {
        row[0] = random.nextGaussian();
        row[1] = random.nextGaussian();
        row[2] = random.nextGaussian();
      }
    }
    NaiveAttention at = new NaiveAttention(in[0], in[1], in[2], in[3], 0.7, true);
    double[][][] gradients = {at.gradQ, at.gradK, at.gradV};
    double step = 1e-5;
    for (int i = 0; i < 3; i++) {
      for (int t = 0; t < lengths[i]; t++) {
        for (int d = 0; d < 3; d++) {
          double value = in[i][t][d];
          in[i][t][d] = value + step;
          double above = loss(in);
          in[i][t][d] = value - step;
          double below = loss(in);
          in[i][t][d] = value;
          assertThat(gradients[i][t][d]).isCloseTo((above - below) / (2 * step), within(1e-8));
        }
      }
    }
  }

  private static double loss(double[][][] in) {
    double[][] out = new NaiveAttention(in[0], in[1], in[2], in[3], 0.7, true).out;
    double loss = 0;
    for (int t = 0; t < out.length; t++) {
      loss += NaiveAttention.dot(out[t], in[3][t]);
    }
    return loss;
  }

  static Stream<Shape> splitShapes() {
    return Stream.of(
        new Shape(List.of(), 1000, 1000, 24, true, Placement.DENSE),
        new Shape(List.of(2L), 700, 500, 32, false, Placement.TIME_FIRST),
        new Shape(List.of(20L), 40, 40, 16, true, Placement.INTERLEAVED));
  }

  @ParameterizedTest
  @MethodSource("splitShapes")
  void theNumberOfThreadsDoesNotChangeABit(Shape shape) {
    List<byte[]> first = null;
    for (int threads = 1; threads <= 3; threads++) {
      try (AttentionProblem problem = new AttentionProblem(shape, 12)) {
        problem.run(threads);
        if (first == null) {
          first = problem.bytes();
        } else {
          List<byte[]> others = problem.bytes();
          for (int i = 0; i < first.size(); i++) {
            assertThat(others.get(i)).as("operand %d", i).isEqualTo(first.get(i));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("splitShapes")
  void longSequencesAgreeWithTheFormulaToo(Shape shape) {
    agreesWithTheFormula(shape);
  }

  @Test
  void largeScoresNeitherOverflowNorVanish() {
    Shape shape = new Shape(List.of(), 40, 300, 8, false, Placement.DENSE);
    try (AttentionProblem problem = new AttentionProblem(shape, 13)) {
      for (int t = 0; t < 40; t++) {
        for (int d = 0; d < 8; d++) {
          problem.set(0, 0, t, d, problem.get(0, 0, t, d) * 100);
        }
      }
      problem.run(1);
      NaiveAttention expected = naive(problem, 0);
      // Scores of several hundred carry rounding errors of 1e-4 into their exponentials.
      for (int t = 0; t < 40; t++) {
        for (int d = 0; d < 8; d++) {
          assertThat((double) problem.get(3, 0, t, d)).isCloseTo(expected.out[t][d], within(1e-3));
        }
      }
    }
  }

  @Test
  void notANumberReachesTheQueriesThatSeeIt() {
    Shape shape = new Shape(List.of(), 70, 70, 8, true, Placement.DENSE);
    try (AttentionProblem problem = new AttentionProblem(shape, 14)) {
      problem.set(1, 0, 50, 3, Float.intBitsToFloat(0x7fc00001));
      problem.run(1);
      for (int t = 0; t < 70; t++) {
        assertThat(Float.isNaN(problem.get(3, 0, t, 0))).as("query %d", t).isEqualTo(t >= 50);
        assertThat(Float.isNaN(problem.logSumExp(0, t))).as("query %d", t).isEqualTo(t >= 50);
      }
    }
  }

  @Tag("once")
  @Test
  void aRunAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Shape shape = new Shape(List.of(2L), 70, 70, 40, true, Placement.INTERLEAVED);
    try (AttentionProblem problem = new AttentionProblem(shape, 15);
        Executable executable = SimdBackend.withThreads(1).compile(problem.launches())) {
      var slots = problem.slots();
      long least = Long.MAX_VALUE;
      for (int window = 0; window < 60 && least > 0; window++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 200; i++) {
          executable.run(slots);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isZero();
    }
  }
}
