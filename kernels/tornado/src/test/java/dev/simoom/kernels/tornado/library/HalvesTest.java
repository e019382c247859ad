package dev.simoom.kernels.tornado.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HalvesTest {
  @Test
  void everyHalfIsWidenedExactly() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertSame(Float.float16ToFloat((short) bits), Halves.halfToFloat((short) bits), bits);
    }
  }

  @Test
  void everyBfloatIsWidenedExactly() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertSame(Float.intBitsToFloat(bits << 16), Halves.bfloatToFloat((short) bits), bits);
    }
  }

  @Test
  void halvesAreTheNearestOnes() {
    floats()
        .forEach(
            x -> {
              float value = (float) x;
              float got = Float.float16ToFloat(Halves.floatToHalf(value));
              assertSame(Float.float16ToFloat(Float.floatToFloat16(value)), got, value);
            });
  }

  @Test
  void bfloatsAreTheNearestOnes() {
    floats()
        .forEach(
            x -> {
              float value = (float) x;
              int bits = Float.floatToRawIntBits(value);
              int nearest = bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000;
              float want = Float.isNaN(value) ? value : Float.intBitsToFloat(nearest);
              assertSame(want, Float.intBitsToFloat(Halves.floatToBfloat(value) << 16), value);
            });
  }

  /** Random floats of all sizes, and all halves and bfloats with what lies between them. */
  private static DoubleStream floats() {
    SplittableRandom random = new SplittableRandom(1);
    DoubleStream any =
        IntStream.generate(random::nextInt).limit(200_000).mapToDouble(Float::intBitsToFloat);
    DoubleStream bfloats =
        IntStream.range(0, 1 << 16)
            .flatMap(b -> around(b << 16))
            .mapToDouble(Float::intBitsToFloat);
    DoubleStream halves =
        IntStream.range(0, 1 << 16)
            .flatMap(b -> around(Float.floatToRawIntBits(Float.float16ToFloat((short) b))))
            .mapToDouble(Float::intBitsToFloat);
    return DoubleStream.concat(any, DoubleStream.concat(bfloats, halves));
  }

  /** A number, those next to it, those halfway to the next half and bfloat, and next to them. */
  private static IntStream around(int bits) {
    return IntStream.of(0, 0x1000, 0x8000)
        .flatMap(half -> IntStream.of(-1, 0, 1).map(d -> bits + half + d));
  }

  private static void assertSame(float want, float got, float of) {
    assertThat(Float.isNaN(want) ? Float.isNaN(got) : bits(want) == bits(got))
        .as("%s (bits %x) gives %s, not %s", of, bits(of), got, want)
        .isTrue();
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }
}
