package dev.simoom.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Strided;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Into how many loops a body is cut: each cut costs a trip through memory for what it parts. */
class LoopCompilerTest {
  private static final Strided FLAT = new Strided(DType.F32, List.of(1L));

  /** AdEMAMix: five streams in, four out, and numbers that change from step to step. */
  @Test
  void anOptimizerStepIsOneLoop() {
    var in = new LoopKernel.Builder();
    int parameter = in.load(in.input(FLAT));
    int clip = in.load(in.input(new Strided(DType.F32, List.of(0L))));
    int gradient = in.apply(ScalarOp.MUL, in.load(in.input(FLAT)), clip);
    int fast = average(in, gradient, 0.9);
    int slow = average(in, gradient, 0.9999);
    int square = average(in, in.apply(ScalarOp.MUL, gradient, gradient), 0.999);
    int alpha = in.load(in.input(new Strided(DType.F32, List.of(0L))));
    int rate = in.load(in.input(new Strided(DType.F32, List.of(0L))));
    int mixed =
        in.apply(
            ScalarOp.ADD,
            in.apply(ScalarOp.MUL, fast, in.constant(1.1)),
            in.apply(ScalarOp.MUL, slow, alpha));
    int size = in.apply(ScalarOp.ADD, in.apply(ScalarOp.SQRT, square), in.constant(1e-8));
    int decayed = in.apply(ScalarOp.MUL, parameter, in.constant(0.1));
    int step = in.apply(ScalarOp.ADD, in.apply(ScalarOp.DIV, mixed, size), decayed);
    in.store(
        in.output(FLAT), in.apply(ScalarOp.SUB, parameter, in.apply(ScalarOp.MUL, step, rate)));
    assertThat(methods(in.build(List.of(), 100_000)))
        .filteredOn(name -> name.startsWith("pass"))
        .containsExactlyInAnyOrder("pass0group0", "pass0group0tail");
  }

  @Test
  void aBodyTooLongForTheFirstCompilerIsCut() {
    var in = new LoopKernel.Builder();
    int x = in.load(in.input(FLAT));
    int y = x;
    for (int i = 0; i < 60; i++) {
      y = in.apply(ScalarOp.ADD, in.apply(ScalarOp.TANH, y), x);
    }
    in.store(in.output(FLAT), y);
    assertThat(methods(in.build(List.of(), 100_000))).contains("pass0group0", "pass0group1");
  }

  /** Each value is used twice, so whoever follows all ways from it would never come back. */
  @Test
  @Timeout(60)
  void rowValuesThatShareOperandsTakeNoLonger() {
    var in = new LoopKernel.Builder();
    int x = in.load(in.input(new Strided(DType.F32, List.of(8L, 1L))));
    int y = in.rowReduce(Reduction.SUM, x);
    for (int i = 0; i < 50; i++) {
      y = in.apply(ScalarOp.MUL, y, y);
    }
    in.store(in.output(new Strided(DType.F32, List.of(1L, 0L))), y);
    assertThat(methods(in.build(List.of(5L), 8))).contains("rowStores");
  }

  private static int average(LoopKernel.Builder in, int value, double keep) {
    int before = in.load(in.input(FLAT));
    int kept = in.apply(ScalarOp.MUL, before, in.constant(keep));
    int next = in.apply(ScalarOp.ADD, kept, in.apply(ScalarOp.MUL, value, in.constant(1 - keep)));
    in.store(in.output(FLAT), next);
    return next;
  }

  private static List<String> methods(LoopKernel kernel) {
    Class<?> type = LoopCompiler.compile(new LoopNest(kernel, true).structure).body.getClass();
    List<String> names = new ArrayList<>();
    Arrays.stream(type.getDeclaredMethods()).forEach(m -> names.add(m.getName()));
    return names;
  }
}
