package dev.simoom.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StatisticsTest {
  @Test
  void mediansOfOddAndEvenCounts() {
    assertThat(Statistics.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Statistics.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
  }

  @Test
  void theIntervalHoldsTheMedianNineteenTimesOutOfTwenty() {
    Random random = new Random(5);
    int held = 0;
    for (int trial = 0; trial < 200; trial++) {
      Figure figure = Statistics.medianOf(List.of(draws(random, 25, 0)));
      assertThat(figure.value()).isBetween(figure.low(), figure.high());
      held += figure.low() <= 0 && figure.high() >= 0 ? 1 : 0;
    }
    assertThat(held).isBetween(180, 200);
  }

  @Test
  void forksThatDisagreeWidenTheInterval() {
    Random random = new Random(6);
    Figure agreeing =
        Statistics.medianOf(
            List.of(draws(random, 20, 10), draws(random, 20, 10), draws(random, 20, 10)));
    Figure disagreeing =
        Statistics.medianOf(
            List.of(draws(random, 20, 5), draws(random, 20, 10), draws(random, 20, 15)));
    assertThat(agreeing.high() - agreeing.low()).isLessThan(2);
    assertThat(disagreeing.high() - disagreeing.low()).isGreaterThan(4);
  }

  @Test
  void quotientsOfIndependentRuns() {
    Random random = new Random(7);
    Figure same =
        Statistics.quotient(List.of(draws(random, 30, 50)), List.of(draws(random, 30, 50)));
    assertThat(same.low()).isLessThan(1);
    assertThat(same.high()).isGreaterThan(1);
    Figure twice =
        Statistics.quotient(List.of(draws(random, 30, 100)), List.of(draws(random, 30, 50)));
    assertThat(twice.low()).isGreaterThan(1.8);
    assertThat(twice.high()).isLessThan(2.2);
  }

  private static List<Double> draws(Random random, int count, double mean) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(mean + random.nextGaussian());
    }
    return values;
  }
}
