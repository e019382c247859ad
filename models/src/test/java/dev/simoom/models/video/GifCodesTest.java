package dev.simoom.models.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The packing of pixels, each half against a plain one. */
class GifCodesTest {
  private static byte[] pixels(int count, int minimum, int alike) {
    Random random = new Random(count * 31L + minimum);
    byte[] pixels = new byte[count];
    for (int i = 1; i < count; i++) {
      boolean same = random.nextInt(10) < alike;
      pixels[i] = same ? pixels[i - 1] : (byte) random.nextInt(1 << minimum);
    }
    return pixels;
  }

  private static byte[] packed(byte[] pixels, int minimum) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new GifEncoder(minimum).encode(pixels, out);
    return out.toByteArray();
  }

  @Test
  void packsToTheVeryEnd() throws IOException {
    for (int minimum = 2; minimum <= 8; minimum++) {
      for (int alike : new int[] {0, 8, 10}) {
        byte[] pixels = pixels(10_000, minimum, alike);
        assertThat(PlainLzw.unpacked(packed(pixels, minimum))).isEqualTo(pixels);
      }
    }
    // Ends at each place where codes grow, and where a full table is dropped.
    for (int count = 1; count < 400; count++) {
      byte[] pixels = pixels(count, 2, 0);
      assertThat(PlainLzw.unpacked(packed(pixels, 2))).isEqualTo(pixels);
    }
    for (int count = 3830; count < 3930; count++) {
      byte[] pixels = pixels(count, 8, 0);
      assertThat(PlainLzw.unpacked(packed(pixels, 8))).isEqualTo(pixels);
    }
  }

  @Test
  void unpacksFilesThatKeepAFullTable() {
    for (int minimum = 2; minimum <= 8; minimum++) {
      for (int alike : new int[] {0, 8}) {
        byte[] pixels = pixels(60_000, minimum, alike);
        byte[] read = new byte[pixels.length];
        assertThat(new GifDecoder(PlainLzw.packed(pixels, minimum), 0).decode(read)).isTrue();
        assertThat(read).isEqualTo(pixels);
      }
    }
  }

  @Test
  void refusesDataThatIsTooShort() throws IOException {
    byte[] packed = packed(pixels(100, 3, 0), 3);
    assertThat(new GifDecoder(packed, 0).decode(new byte[100])).isTrue();
    assertThat(new GifDecoder(packed, 0).decode(new byte[101])).isFalse();
  }
}
