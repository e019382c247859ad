package dev.simoom.models.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteNgramModelTest {
  private static final List<byte[]> TRAIN =
      List.of(
          BytePairEncodingTest.bytes("the cat sat on the mat, the hat sat on the cat.\n".repeat(9)),
          BytePairEncodingTest.bytes(BytePairEncodingTest.sample(4_000, 21)));

  @Test
  void givesTheProbabilitiesThatTheFormulaGives() {
    // "abab" by Witten and Bell: order 0 has n = 4, t = 2, so p(a) = (2 + 2/256) / 6. After a: n =
    // 2, t = 1, b met twice. After b:
    // n = 1, t = 1, a met once.
    ByteNgramModel model = ByteNgramModel.train(List.of(BytePairEncodingTest.bytes("abab")), 1);
    double seen = (2 + 2 / 256.0) / 6;
    double unseen = (2 / 256.0) / 6;
    assertThat(model.probability('a', 'b')).isCloseTo((2 + seen) / 3, within(1e-15));
    assertThat(model.probability('b', 'a')).isCloseTo((1 + seen) / 2, within(1e-15));
    assertThat(model.probability('b', 'z')).isCloseTo(unseen / 2, within(1e-15));
    assertThat(model.probability('x', 'a')).isCloseTo(seen, within(1e-15));
  }

  @Test
  void probabilitiesSumToOne() {
    Random random = new Random(22);
    for (int order = 0; order <= ByteNgramModel.MAX_ORDER; order++) {
      ByteNgramModel model = ByteNgramModel.train(TRAIN, order);
      int[] histories = {0, 'a', 'a' << 8 | 't', 't' << 16 | 'h' << 8 | 'e', random.nextInt(), -1};
      for (int history : histories) {
        double sum = 0;
        for (int next = 0; next < 256; next++) {
          sum += model.probability(history, next);
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
      }
    }
  }

  @Test
  void longerContextsPredictBetter() {
    List<byte[]> heldOut =
        List.of(
            BytePairEncodingTest.bytes("the cat sat on the hat.\n".repeat(3)),
            BytePairEncodingTest.bytes(BytePairEncodingTest.sample(200, 23)));
    double[] bits = new double[4];
    for (int order = 0; order < bits.length; order++) {
      bits[order] = ByteNgramModel.train(TRAIN, order).bitsPerByte(heldOut);
    }
    assertThat(bits[0]).isLessThan(8);
    assertThat(bits[1]).isLessThan(bits[0]);
    assertThat(bits[3]).isLessThan(bits[0]).isPositive();
  }

  @Test
  void bitsPerByteIsTheMeanOverAllBytes() {
    ByteNgramModel model = ByteNgramModel.train(TRAIN, 2);
    double nats = -Math.log(model.probability(0, 'o')) - Math.log(model.probability('o', 'n'));
    nats -= Math.log(model.probability(0, 'x'));
    List<byte[]> documents =
        List.of(BytePairEncodingTest.bytes("on"), BytePairEncodingTest.bytes("x"));
    assertThat(model.bitsPerByte(documents)).isCloseTo(nats / Math.log(2) / 3, within(1e-12));
  }

  @Test
  void refusesWhatHasNoMeaning() {
    assertThatThrownBy(() -> ByteNgramModel.train(TRAIN, 4)).hasMessageContaining("order is 4");
    ByteNgramModel model = ByteNgramModel.train(List.of(), 3);
    assertThat(model.probability(0, 'a')).isEqualTo(1.0 / 256);
    assertThatThrownBy(() -> model.bitsPerByte(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one byte");
  }
}
