package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.Lanes.FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds every rung to the reference backend, which computes in double. */
final class LadderTest {
  @ParameterizedTest
  @CsvSource({
    "0, 3, 2",
    "3, 0, 2",
    "2, 3, 0",
    "40, 40, 0",
    "1, 1, 1",
    "3, 100, 7",
    "5, 3, 9",
    "4, 32, 8",
    "37, 51, 300",
    "131, 45, 257",
    "6, 2085, 3",
    "129, 33, 513"
  })
  void everyMatmulRungAgreesWithTheReference(int m, int n, int k) {
    try (Product x = Product.of(m, n, k);
        Generated reference = Generated.matmul(Backend.reference(), x);
        Ladder ladder = Ladder.matmul(m, n, k, 2)) {
      reference.run();
      check(ladder, x.c(), 1e-6f * (1 + k));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 5, 8",
    "2, 0, 8",
    "1, 1, 1",
    "2, 7, 5",
    "3, 32, 16",
    "3, 33, 32",
    "2, 65, 17",
    "1, 130, 64",
    "2, 203, 80"
  })
  void everyAttentionRungAgreesWithTheReference(int heads, int time, int size) {
    for (boolean causal : new boolean[] {false, true}) {
      try (Heads x = Heads.of(heads, time, size, causal);
          Generated reference = Generated.attention(Backend.reference(), x);
          Ladder ladder = Ladder.attention(heads, time, size, causal, 2)) {
        reference.run();
        check(ladder, x.out(), 2e-6f);
      }
    }
  }

  /** Scores that grow along the keys make every tile raise the running maximum. */
  @Test
  void theRunningMaximumMayGrowTileByTile() {
    try (Heads x = Heads.of(1, 150, 8, false)) {
      for (int i = 0; i < 150 * 8; i++) {
        x.q().segment().set(FLOAT, 4L * i, 1 + i % 5);
        x.k().segment().set(FLOAT, 4L * i, i / 8 * 0.05f);
      }
      try (Generated reference = Generated.attention(Backend.reference(), x);
          Method tiled = new TiledAttention(x);
          Method packed = new PackedAttention(x)) {
        reference.run();
        float[] expected = Ladder.floats(x.out());
        tiled.run();
        assertThat(Ladder.floats(x.out())).containsExactly(expected, within(1e-5f));
        packed.run();
        assertThat(Ladder.floats(x.out())).containsExactly(expected, within(1e-5f));
      }
    }
  }

  @Test
  void onlyMaterialisedScoresGrowWithTheSquareOfTheTime() {
    try (Ladder small = Ladder.attention(2, 64, 16, true, 1);
        Ladder large = Ladder.attention(2, 256, 16, true, 1)) {
      assertThat(small.rungs().get(0).memory()).isEqualTo(4L * 2 * 64 * 64);
      assertThat(large.rungs().get(1).memory()).isEqualTo(4L * 2 * 256 * 256);
      assertThat(large.rungs().get(2).memory()).isEqualTo(small.rungs().get(2).memory());
      assertThat(large.rungs().get(3).memory()).isLessThan(5 * small.rungs().get(3).memory());
    }
  }

  @Test
  void aRungThatComputesNothingOrSomethingElseIsFound() {
    float[] first = {1, -100, 3};
    assertThat(Climb.difference(first, new float[] {1.001f, -100, 3})).isEmpty();
    assertThat(Climb.difference(first, new float[] {1, -100, 3.1f})).contains("element 2");
    assertThat(Climb.difference(first, new float[] {1, Float.NaN, 3})).contains("element 1");
    try (Ladder ladder = Ladder.matmul(3, 3, 3, 1)) {
      ladder.forget();
      assertThat(ladder.result()).containsOnly(Float.NaN);
    }
  }

  private static void check(Ladder ladder, Buffer expected, float tolerance) {
    for (Rung rung : ladder.rungs()) {
      ladder.forget();
      rung.run();
      assertThat(ladder.result())
          .as("%s, %s", ladder.title(), rung.name())
          .containsExactly(Ladder.floats(expected), within(tolerance));
    }
  }
}
