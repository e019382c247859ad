package dev.simoom.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The map against its definition. */
class DynamicMapTest {
  /** The numbers of a map, by its definition, in rising order. */
  private static List<Double> definition(boolean signed) {
    List<Double> numbers = new ArrayList<>(List.of(0.0, 1.0));
    for (int i = 0; i <= 6; i++) {
      int intervals = 1 << (signed ? i : i + 1);
      for (int j = 0; j < intervals; j++) {
        double low = 0.1 + 0.9 * j / intervals;
        double high = 0.1 + 0.9 * (j + 1) / intervals;
        double number = (low + high) / 2 * Math.pow(10, i - 6);
        numbers.add(number);
        if (signed) {
          numbers.add(-number);
        }
      }
    }
    Collections.sort(numbers);
    return numbers;
  }

  private static float unpack(int word, int index, boolean signed) {
    return signed ? DynamicMap.signed(word, index) : DynamicMap.unsigned(word, index);
  }

  private static int pack(float x, int index, boolean signed) {
    return signed ? DynamicMap.packSigned(x, index) : DynamicMap.packUnsigned(x, index);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bytesStandForTheNumbersOfTheDefinition(boolean signed) {
    List<Double> numbers = new ArrayList<>();
    for (int code = 0; code < 256; code++) {
      numbers.add((double) unpack(code, 0, signed));
    }
    Collections.sort(numbers);
    List<Double> definition = definition(signed);
    assertThat(definition).hasSize(256).doesNotHaveDuplicates().contains(0.0, 1.0);
    assertThat(numbers).doesNotHaveDuplicates().contains(0.0, 1.0);
    for (int i = 0; i < 256; i++) {
      double want = definition.get(i);
      assertThat(numbers.get(i)).isCloseTo(want, within(3e-7 * Math.abs(want)));
    }
    assertThat(unpack(0, 3, signed)).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachNumberIsItsOwnNearestAtEachPlace(boolean signed) {
    for (int code = 0; code < 256; code++) {
      for (int index = 0; index < 4; index++) {
        int word = pack(unpack(code, 0, signed), index, signed);
        assertThat(word).isEqualTo(code << 8 * index);
        assertThat(unpack(word | 0x5a5a5a5a & ~(255 << 8 * index), index, signed))
            .isEqualTo(unpack(code, 0, signed));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void packsToTheNearest(boolean signed) {
    List<Double> definition = definition(signed);
    Random random = new Random(7);
    for (int i = 0; i < 30_000; i++) {
      double size = Math.pow(10, -8 * random.nextDouble());
      float x = (float) (signed && random.nextBoolean() ? -size : size);
      double nearest = definition.stream().mapToDouble(m -> Math.abs(m - x)).min().orElseThrow();
      float got = unpack(pack(x, 1, signed), 1, signed);
      boolean keptSign = x < 0 && x > -0.275e-6;
      if (!keptSign) {
        assertThat(Math.abs((double) got - x)).isCloseTo(nearest, within(2e-7 * size + 1e-14));
      }
      assertThat(Math.signum(got)).isIn(Math.signum(x), x < 0 ? -1f : 0f);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsNoNumberOfTheRangeIsCut(boolean signed) {
    assertThat(pack(Float.NaN, 0, signed)).isZero();
    assertThat(pack(0f, 0, signed)).isZero();
    assertThat(pack(-0f, 0, signed)).isZero();
    assertThat(unpack(pack(Float.POSITIVE_INFINITY, 2, signed), 2, signed)).isEqualTo(1);
    float lowest = unpack(pack(Float.NEGATIVE_INFINITY, 2, signed), 2, signed);
    assertThat((double) lowest).isCloseTo(signed ? definition(true).getFirst() : 0, within(1e-6));
  }

  /** The sign rule: what is below zero stays there, where the nearest number would be 0. */
  @ParameterizedTest
  @ValueSource(floats = {-1e-12f, -1e-7f, -2.7e-7f})
  void negativeNumbersKeepTheirSign(float x) {
    assertThat(DynamicMap.signed(DynamicMap.packSigned(x, 0), 0))
        .isCloseTo(-0.55e-6f, within(1e-12f));
    assertThat(DynamicMap.packSigned(-x, 0)).isZero();
  }
}
