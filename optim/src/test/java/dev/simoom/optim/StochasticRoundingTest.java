package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rounding by chance, and what a slow average makes of it. */
final class StochasticRoundingTest {
  private static final int DRAWS = 40_000;

  private static float[] round(float x, long seed) {
    Shape shape = Shape.of(DRAWS);
    Tensor random = new StochasticRounding(seed, 0).draw(shape);
    return StochasticRounding.round(Tensor.full(shape, x), random).toFloatArray();
  }

  /** The next number of bfloat16 towards zero, or the number itself. */
  private static float below(float x) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) & 0xffff0000);
  }

  @Test
  void isUnbiasedAndAtMostOneStepAway() {
    for (float x :
        List.of(1.0003f, 1.0039f, -2.7f, 0.99999f, 1.99999f, 3e-5f, 1e-30f, -7.77e20f, 0x1.01p0f)) {
      float low = below(x);
      float high = Float.intBitsToFloat(Float.floatToRawIntBits(low) + 0x10000);
      double sum = 0;
      int elsewhere = 0;
      for (float y : round(x, 5)) {
        elsewhere += y == low || y == high ? 0 : 1;
        sum += y;
      }
      assertThat(elsewhere).as("from %s", x).isZero();
      double step = Math.abs((double) high - low);
      double share = Math.abs((double) x - low) / step;
      double deviation = Math.sqrt(share * (1 - share) / DRAWS) * step;
      assertThat(sum / DRAWS).isCloseTo(x, within(4 * deviation + 1e-6 * step));
    }
  }

  @Test
  void whatNeedsNoRoundingStays() {
    for (float x : List.of(0f, 1.5f, -0x1p-100f, 0x1.fep127f, Float.POSITIVE_INFINITY, Float.NaN)) {
      assertThat(round(x, 1)).containsOnly(x);
    }
  }

  @Test
  void momentsOfOneElementDrawApart() {
    float[] drawn = new StochasticRounding(9, 1).draw(Shape.of(DRAWS)).toFloatArray();
    for (int moment = 0; moment < 4; moment++) {
      float[] own = StochasticRounding.multiple(Tensor.of(drawn), moment).toFloatArray();
      double mean = 0;
      double product = 0;
      int[] tenths = new int[10];
      for (int i = 0; i < DRAWS; i++) {
        mean += own[i] / DRAWS;
        product += 12 * (own[i] - 0.5) * (drawn[i] - 0.5) / DRAWS;
        tenths[(int) (10 * own[i])]++;
      }
      assertThat(Tensor.of(own).max().item()).isLessThan(1);
      assertThat(mean).isCloseTo(0.5, within(0.006));
      assertThat(product).isCloseTo(moment == 0 ? 1 : 0, within(0.02));
      assertThat(Arrays.stream(tenths).min().orElseThrow()).isGreaterThan(3700);
    }
  }

  @Test
  void groupsAndStepsDrawApartAndAStepCanBeDrawnAgain() {
    Shape shape = Shape.of(8);
    StochasticRounding first = new StochasticRounding(9, 0);
    float[] one = first.draw(shape).toFloatArray();
    float[] two = first.draw(shape).toFloatArray();
    assertThat(two).isNotEqualTo(one);
    assertThat(new StochasticRounding(9, 1).draw(shape).toFloatArray()).isNotEqualTo(one);
    StochasticRounding again = new StochasticRounding(9, 0);
    again.restore(1);
    assertThat(again.draw(shape).toFloatArray()).isEqualTo(two);
  }

  /**
   * A steady gradient of 1 under beta3 = 0.9999: after 3,000 steps the average is 0.26. To the
   * nearest it stops at 1/32, where a step of bfloat16 is more than twice as large as the change.
   */
  @Test
  void aSlowMomentStallsWhenRoundedToTheNearestAndNotByChance() {
    double want = 1 - Math.pow(0.9999, 3000);
    assertThat(slowAverage(true)).isCloseTo(want, within(0.02 * want));
    assertThat(slowAverage(false)).isEqualTo(1.0 / 32);
  }

  private static double slowAverage(boolean stochastic) {
    Shape shape = Shape.of(512);
    StochasticRounding rounding = new StochasticRounding(3, 0);
    try (Variable memory = Variable.zeros("m2", shape, DType.BF16);
        Program step =
            Program.ofMany(
                _ -> {
                  Moment moment = new Moment.Rounded(memory, stochastic);
                  Tensor share = Tensor.scalar(1e-4);
                  Tensor next = UpdateRule.blend(moment.read(), Tensor.ones(shape), share);
                  moment.write(next, () -> rounding.draw(shape));
                  return List.of();
                })) {
      for (int t = 0; t < 3000; t++) {
        step.runAll();
      }
      return memory.value().cast(DType.F32).mean().item();
    }
  }
}
