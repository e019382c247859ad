package dev.simoom.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NumbersTest {
  @Test
  void numbersAreSpreadOverTheirRangeAndExact() {
    double sum = 0;
    double squares = 0;
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      float number = Numbers.real(i, 3);
      assertThat(number).isBetween(-1f, Math.nextDown(1f));
      assertThat(number * 0x1p23 % 1).isZero();
      sum += number;
      squares += number * number;
    }
    assertThat(sum / count).isBetween(-0.01, 0.01);
    assertThat(squares / count).isBetween(0.32, 0.346);
  }

  /** Worked out by peer.py's formula. */
  @Test
  void theFormulaIsThatOfThePeer() {
    assertThat(Numbers.integer(0, 1, 1 << 30)).isEqualTo(804_469_066);
    assertThat(Numbers.integer(12_345_678, 9, 1 << 30)).isEqualTo(59_249_911);
  }

  @Test
  void cacheSizesAreRead() {
    assertThat(Caches.bytes("32K")).isEqualTo(32 << 10);
    assertThat(Caches.bytes("1M")).isEqualTo(1 << 20);
    assertThat(Caches.bytes("512")).isEqualTo(512);
    assertThat(Caches.bytes("")).isZero();
  }
}
