package dev.simoom.models.genie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FrameSamplerTest {
  private static List<Integer> masked(MaskSchedule schedule, int places, int steps) {
    List<Integer> counts = new ArrayList<>();
    int left = places;
    for (int step = 1; step <= steps; step++) {
      left = schedule.maskedAfter(places, left, step, steps);
      counts.add(left);
    }
    return counts;
  }

  /**
   * The list of MaskGIT's schedule for 256 codes in 25 steps, and one with more steps than codes.
   */
  @Test
  void theCosineScheduleIsThatOfMaskGit() {
    assertThat(masked(MaskSchedule.COSINE, 256, 25))
        .containsExactly(
            255, 253, 251, 247, 243, 238, 231, 224, 216, 207, 197, 186, 175, 163, 150, 137, 123,
            108, 94, 79, 63, 47, 32, 16, 0);
    assertThat(masked(MaskSchedule.COSINE, 4, 8)).containsExactly(3, 2, 1, 0, 0, 0, 0, 0);
    assertThat(masked(MaskSchedule.LINEAR, 10, 5)).containsExactly(8, 6, 4, 2, 0);
    assertThat(masked(MaskSchedule.COSINE, 10, 1)).containsExactly(0);
  }

  /** Logits that say code (place % 3) at every place. */
  private static float[] sure(int places) {
    float[] logits = new float[places * 3];
    for (int i = 0; i < places; i++) {
      logits[i * 3 + i % 3] = 9;
    }
    return logits;
  }

  @ParameterizedTest
  @EnumSource(Sampling.Order.class)
  void everyStepAcceptsCodesAndKeepsThoseAccepted(Sampling.Order order) {
    Sampling sampling = new Sampling(5, 0, MaskSchedule.COSINE, order);
    FrameSampler sampler = new FrameSampler(sampling, 20, 3, 1);
    assertThat(sampler.tokens()).containsOnly(3);
    int[] before = sampler.tokens().clone();
    List<Integer> expected = masked(MaskSchedule.COSINE, 20, 5);
    for (int step = 0; step < 5; step++) {
      assertThat(sampler.isDone()).isFalse();
      sampler.refine(sure(20), 0);
      int[] now = sampler.tokens();
      for (int i = 0; i < 20; i++) {
        assertThat(now[i]).isIn(i % 3, before[i]);
      }
      assertThat(Arrays.stream(now).filter(t -> t == 3).count())
          .isEqualTo((long) expected.get(step));
      before = now.clone();
    }
    assertThat(sampler.isDone()).isTrue();
  }

  /** Places whose logits are flat wait until the sure ones are accepted. */
  @Test
  void sureCodesAreAcceptedFirst() {
    float[] logits = sure(10);
    Arrays.fill(logits, 15, 30, 0);
    FrameSampler sampler =
        new FrameSampler(
            new Sampling(2, 0, MaskSchedule.LINEAR, Sampling.Order.CONFIDENCE), 10, 3, 1);
    sampler.refine(logits, 0);
    assertThat(Arrays.copyOfRange(sampler.tokens(), 0, 5)).containsExactly(0, 1, 2, 0, 1);
    assertThat(Arrays.copyOfRange(sampler.tokens(), 5, 10)).containsOnly(3);
  }

  /** At temperature 1 codes come as often as their probabilities say. */
  @Test
  void codesFollowTheirProbabilities() {
    float[] logits = {0, (float) Math.log(2), (float) Math.log(5)};
    int[] counts = new int[3];
    for (int seed = 0; seed < 8000; seed++) {
      FrameSampler sampler =
          new FrameSampler(
              new Sampling(1, 1, MaskSchedule.COSINE, Sampling.Order.CONFIDENCE), 1, 3, seed);
      sampler.refine(logits, 0);
      counts[sampler.tokens()[0]]++;
    }
    assertThat(counts[0]).isBetween(880, 1120);
    assertThat(counts[1]).isBetween(1850, 2150);
    assertThat(counts[2]).isBetween(4820, 5180);
  }

  @Test
  void theSameSeedDrawsTheSame() {
    float[] flat = new float[30];
    List<int[]> drawn = new ArrayList<>();
    for (long seed : new long[] {1, 1, 2}) {
      FrameSampler sampler =
          new FrameSampler(
              new Sampling(3, 1, MaskSchedule.COSINE, Sampling.Order.RANDOM), 10, 3, seed);
      while (!sampler.isDone()) {
        sampler.refine(flat, 0);
      }
      drawn.add(sampler.tokens().clone());
    }
    assertThat(drawn.get(0)).isEqualTo(drawn.get(1)).isNotEqualTo(drawn.get(2));
    assertThatThrownBy(() -> new Sampling(0, 1, MaskSchedule.COSINE, Sampling.Order.RANDOM))
        .hasMessageContaining("0 steps");
  }
}
