package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Learning rates by step. */
final class ScheduleTest {
  @Test
  void constantStays() {
    assertThat(Schedule.constant(0.1).at(1)).isEqualTo(0.1);
    assertThat(Schedule.constant(0.1).at(1_000_000)).isEqualTo(0.1);
  }

  @Test
  void linearGoesFromOneRateToTheOtherAndStays() {
    Schedule schedule = Schedule.linear(1, 0.2, 8);
    assertThat(schedule.at(0)).isEqualTo(1);
    assertThat(schedule.at(2)).isCloseTo(0.8, within(1e-15));
    assertThat(schedule.at(8)).isEqualTo(0.2);
    assertThat(schedule.at(100)).isEqualTo(0.2);
  }

  @Test
  void cosineFallsToItsFloorAndStays() {
    Schedule schedule = Schedule.cosine(1, 0.1, 100);
    assertThat(schedule.at(0)).isEqualTo(1);
    assertThat(schedule.at(50)).isCloseTo(0.55, within(1e-15));
    assertThat(schedule.at(25)).isCloseTo(0.1 + 0.9 * 0.8535533905932737, within(1e-15));
    assertThat(schedule.at(100)).isEqualTo(0.1);
    assertThat(schedule.at(101)).isEqualTo(0.1);
  }

  @Test
  void warmupRisesToTheFirstRateOfWhatFollows() {
    Schedule then = Schedule.cosine(0.4, 0, 10);
    Schedule schedule = Schedule.warmup(4, then);
    assertThat(schedule.at(1)).isEqualTo(0.1);
    assertThat(schedule.at(2)).isEqualTo(0.2);
    assertThat(schedule.at(4)).isEqualTo(0.4);
    assertThat(schedule.at(9)).isEqualTo(then.at(5));
    assertThat(schedule.at(14)).isZero();
    assertThat(Schedule.warmup(0, then).at(0)).isEqualTo(0.4);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 0.25, 0.25",
    "4, 1, 1",
    "10, 1, 1",
    "14, 1, 1",
    "15, 0.94375, 0.775",
    "18, 0.775, 0.55",
    "23, 0.49375, 0.325",
    "30, 0.1, 0.1",
    "31, 0.1, 0.1",
    "1000, 0.1, 0.1",
  })
  void warmupStableDecayHasThreeParts(long step, double straight, double root) {
    Schedule linear = Schedule.warmupStableDecay(1, 0.1, 4, 10, 16, Schedule.Decay.LINEAR);
    Schedule steep = Schedule.warmupStableDecay(1, 0.1, 4, 10, 16, Schedule.Decay.ONE_MINUS_SQRT);
    assertThat(linear.at(step)).isCloseTo(straight, within(1e-15));
    assertThat(steep.at(step)).isCloseTo(root, within(1e-15));
  }

  @Test
  void eachPartOfWarmupStableDecayMayBeMissing() {
    Schedule.Decay shape = Schedule.Decay.LINEAR;
    assertThat(Schedule.warmupStableDecay(1, 0, 0, 5, 5, shape).at(0)).isEqualTo(1);
    assertThat(Schedule.warmupStableDecay(1, 0, 4, 0, 2, shape).at(4)).isEqualTo(1);
    assertThat(Schedule.warmupStableDecay(1, 0, 4, 0, 2, shape).at(5)).isEqualTo(0.5);
    assertThat(Schedule.warmupStableDecay(1, 0, 0, 5, 0, shape).at(5)).isEqualTo(1);
    assertThat(Schedule.warmupStableDecay(1, 0, 0, 5, 0, shape).at(6)).isZero();
    assertThat(Schedule.warmupStableDecay(1, 0, 0, Long.MAX_VALUE, 9, shape).at(1_000_000))
        .isEqualTo(1);
  }

  @Test
  void inverseSqrtFallsFromTheEndOfItsWarmup() {
    Schedule schedule = Schedule.inverseSqrt(0.5, 4);
    assertThat(schedule.at(0)).isZero();
    assertThat(schedule.at(1)).isEqualTo(0.125);
    assertThat(schedule.at(4)).isEqualTo(0.5);
    assertThat(schedule.at(16)).isEqualTo(0.25);
    assertThat(schedule.at(400)).isCloseTo(0.05, within(1e-17));
    assertThat(Schedule.inverseSqrt(0.5, 0).at(0)).isEqualTo(0.5);
    assertThat(Schedule.inverseSqrt(0.5, 0).at(1)).isEqualTo(0.5);
    assertThat(Schedule.inverseSqrt(0.5, 0).at(4)).isEqualTo(0.25);
  }

  @Test
  void factorsMultiply() {
    assertThat(Schedule.linear(1, 0, 4).times(3).at(1)).isEqualTo(2.25);
  }

  @Test
  void negativeRatesAndLengthsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Schedule.constant(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> Schedule.constant(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> Schedule.cosine(1, 0, -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.warmup(-1, Schedule.constant(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.inverseSqrt(1, -1))
        .withMessage("warmup must be a number of steps, 0 or more, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.inverseSqrt(-1, 1))
        .withMessage("peak must be finite and not negative, got -1.0");
    Schedule.Decay shape = Schedule.Decay.LINEAR;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.warmupStableDecay(1, -1, 1, 1, 1, shape))
        .withMessageContaining("floor");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.warmupStableDecay(1, 0, 1, -1, 1, shape))
        .withMessageContaining("stable");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.warmupStableDecay(1, 0, 1, 1, -1, shape))
        .withMessageContaining("decay");
  }
}
