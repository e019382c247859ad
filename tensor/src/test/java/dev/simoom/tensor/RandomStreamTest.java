package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Distributions: ranges, frequencies, and what a program draws. */
class RandomStreamTest {
  private static final int MANY = 60_000;

  private final RandomStream random = new RandomStream(5);

  @Test
  void integersAreEquallyFrequent() {
    int[] counts = new int[7];
    for (int drawn : random.integers(Shape.of(MANY), -3, 4).toIntArray()) {
      counts[drawn + 3]++;
    }
    for (int count : counts) {
      assertThat((double) count).isCloseTo(MANY / 7.0, Offset.offset(400.0));
    }
  }

  @Test
  void integersNeverReachTheUpperEnd() {
    float largest = 1 - 0x1p-24f;
    for (int count : new int[] {1, 2, 3, 1000, (1 << 23) + 1, (1 << 24) - 1, 1 << 24}) {
      assertThat((int) (largest * count)).isEqualTo(count - 1);
    }
  }

  @Test
  void truthValuesHoldWithTheirProbability() {
    int held = Arrays.stream(random.bernoulli(Shape.of(MANY), 0.3).toIntArray()).sum();
    assertThat((double) held).isCloseTo(0.3 * MANY, Offset.offset(500.0));
    assertThat(random.bernoulli(Shape.of(99), 0).any().item()).isZero();
    assertThat(random.bernoulli(Shape.of(99), 1).all().item()).isEqualTo(1);
  }

  @Test
  void exponentialNumbersHaveTheirMeanAndTail() {
    float[] drawn = random.exponential(Shape.of(MANY)).toFloatArray();
    double sum = 0;
    int beyond = 0;
    for (float number : drawn) {
      assertThat(number).isBetween(0f, 17f);
      sum += number;
      beyond += number > 2 ? 1 : 0;
    }
    assertThat(sum / MANY).isCloseTo(1, Offset.offset(0.02));
    assertThat((double) beyond).isCloseTo(Math.exp(-2) * MANY, Offset.offset(350.0));
  }

  @Test
  void classesAreDrawnWithTheirProbabilities() {
    float never = Float.NEGATIVE_INFINITY;
    Tensor logits = Tensor.of((float) Math.log(3), 0, never, (float) Math.log(6));
    int[] counts = new int[4];
    for (int drawn : random.categorical(logits.expand(Shape.of(MANY, 4))).toIntArray()) {
      counts[drawn]++;
    }
    assertThat((double) counts[0]).isCloseTo(0.3 * MANY, Offset.offset(500.0));
    assertThat((double) counts[1]).isCloseTo(0.1 * MANY, Offset.offset(400.0));
    assertThat(counts[2]).isZero();
  }

  @Test
  void aPermutationHasEachNumberOnce() {
    for (int n : new int[] {0, 1, 2, 1000, 20_000}) {
      int[] order = random.permutation(n).toIntArray();
      assertThat(Arrays.stream(order).sorted()).containsExactlyElementsOf(numbers(n));
    }
    int[] places = new int[9];
    for (int i = 0; i < 900; i++) {
      places[random.permutation(3).slice(0, 0, 1).toIntArray()[0]]++;
    }
    assertThat(places[0]).isBetween(240, 360);
    assertThat(places[2]).isBetween(240, 360);
  }

  private static Iterable<Integer> numbers(int n) {
    return IntStream.range(0, n).boxed().toList();
  }

  @Test
  void aProgramDrawsWhatEagerCallsWould() {
    same(r -> r.integers(Shape.of(20), 0, 9));
    same(r -> r.bernoulli(Shape.of(20), 0.5));
    same(r -> r.permutation(20));
    same(r -> r.categorical(r.normal(Shape.of(20, 5))));
  }

  private static void same(Function<RandomStream, Tensor> draw) {
    RandomStream traced = new RandomStream(8);
    RandomStream eager = new RandomStream(8);
    try (Program program = Program.of(x -> draw.apply(traced))) {
      for (int i = 0; i < 3; i++) {
        int[] drawn = program.run(Tensor.scalar(0)).toIntArray();
        assertThat(drawn).containsExactly(draw.apply(eager).toIntArray());
      }
    }
  }
}
