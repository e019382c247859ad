package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

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
  }
}
