package dev.simoom.models.genie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FrameShapeTest {
  @ParameterizedTest
  @CsvSource({"8,12,4", "9,13,4", "3,5,8", "90,160,4"})
  void framesComeBackFromTheirPatches(int height, int width, int patch) {
    FrameShape shape = new FrameShape(height, width, patch);
    byte[] rgb = new byte[shape.bytes() + 5];
    new Random(1).nextBytes(rgb);
    float[] patches = new float[shape.elements() + 7];
    shape.toPatches(rgb, 5, patches, 7);
    byte[] back = new byte[shape.bytes()];
    shape.toBytes(patches, 7, back, 0);
    assertThat(back).isEqualTo(Arrays.copyOfRange(rgb, 5, rgb.length));
    for (float value : patches) {
      assertThat(value).isBetween(0f, 1f);
    }
  }

  @Test
  void patchesLieByRowsAndTheirPixelsToo() {
    FrameShape shape = new FrameShape(4, 6, 2);
    byte[] rgb = new byte[shape.bytes()];
    // Row 3, column 4, green: in the second row of patches the third, in it row 1 and column 0.
    rgb[(3 * 6 + 4) * 3 + 1] = (byte) 255;
    float[] patches = new float[shape.elements()];
    shape.toPatches(rgb, 0, patches, 0);
    assertThat(shape.places()).isEqualTo(6);
    assertThat(shape.features()).isEqualTo(12);
    for (int i = 0; i < patches.length; i++) {
      assertThat(patches[i]).isEqualTo(i == 5 * 12 + 2 * 3 + 1 ? 1f : 0f);
    }
  }

  @Test
  void shrunkPatchesHoldMeans() {
    FrameShape shape = new FrameShape(3, 8, 4, 2);
    assertThat(shape.places()).isEqualTo(2);
    assertThat(shape.features()).isEqualTo(12);
    byte[] rgb = new byte[shape.bytes()];
    // Blue of the pixels in rows 2 and beyond, columns 6 and 7: the last row is repeated.
    rgb[(2 * 8 + 6) * 3 + 2] = (byte) 100;
    rgb[(2 * 8 + 7) * 3 + 2] = (byte) 200;
    float[] patches = new float[shape.elements()];
    shape.toPatches(rgb, 0, patches, 0);
    for (int i = 0; i < patches.length; i++) {
      assertThat(patches[i]).isEqualTo(i == 12 + 3 * 3 + 2 ? 150 / 255f : 0f);
    }
    byte[] back = new byte[shape.bytes()];
    shape.toBytes(patches, 0, back, 0);
    for (int i = 0; i < back.length; i++) {
      boolean lit = i == (2 * 8 + 6) * 3 + 2 || i == (2 * 8 + 7) * 3 + 2;
      assertThat(back[i]).isEqualTo(lit ? (byte) 150 : 0);
    }
    assertThatThrownBy(() -> new FrameShape(3, 8, 4, 3)).hasMessageContaining("shrunk by 3");
  }

  @Test
  void numbersBeyondTheRangeAreCutOff() {
    FrameShape shape = new FrameShape(1, 1, 1);
    byte[] rgb = new byte[3];
    shape.toBytes(new float[] {-1, 2, 0.5f}, 0, rgb, 0);
    assertThat(rgb).containsExactly((byte) 0, (byte) 255, (byte) 128);
    assertThatThrownBy(() -> new FrameShape(0, 3, 1)).hasMessageContaining("0 x 3");
  }
}
