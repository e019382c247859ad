package dev.simoom.models.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class VideoTest {
  @Test
  void picturesGoInAndOutUnchanged() {
    Video video = Samples.video(3, 4, 5, 50, 1);
    Video again = Video.of(List.of(video.image(0), video.image(1), video.image(2)));
    assertThat(again.rgb()).isEqualTo(video.rgb());
    assertThat(again.frames()).isEqualTo(3);
    assertThat(video.image(1).getRGB(4, 2) & 0xffffff)
        .isEqualTo(Pixels.colour(video.rgb(), ((4 + 2) * 5 + 4) * 3));
  }

  @Test
  void slicesAreCopiesOfFrames() {
    Video video = Samples.video(4, 2, 3, 50, 2);
    Video part = video.slice(1, 3);
    assertThat(part.frames()).isEqualTo(2);
    assertThat(part.frame(0)).isEqualTo(video.frame(1));
    assertThat(part.frame(1)).isEqualTo(video.frame(2)).isNotEqualTo(video.frame(1));
    part.rgb()[0]++;
    assertThat(part.frame(0)).isNotEqualTo(video.frame(1));
  }

  @Test
  void refusesSizesThatAreNotThoseOfTheArray() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Video(2, 3, 4, new byte[71]))
        .withMessage("video: 2 frames of 4x3 take 72 bytes, got 71");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Video(0, 3, 4, new byte[0]))
        .withMessageContaining("0 frames of 4x3");
    // Wraps around to 0 in 32 bits.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Video(1 << 16, 1 << 8, 1 << 8, new byte[0]))
        .withMessageContaining("below 2 GiB");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Video(2, 3, 4, new byte[72]).resized(1 << 15, 1 << 15))
        .withMessageContaining("resized: 2 frames of 32768x32768");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Video.of(List.of()))
        .withMessage("video: no pictures");
    List<BufferedImage> mixed =
        List.of(Samples.plain(2, 3, 0).image(0), Samples.plain(3, 2, 0).image(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Video.of(mixed))
        .withMessage("video: frame 1 is 2x3 and the first is 3x2");
    Video one = Samples.plain(2, 3, 0);
    assertThatThrownBy(() -> one.frame(1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> one.image(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> one.slice(1, 1));
  }

  @Test
  void shrinkingTakesTheMeanOfAreas() {
    Video halves = Samples.grey(2, 4, 10, 20, 0, 255, 30, 44, 255, 255).resized(1, 2);
    assertThat(Samples.levels(halves)).containsExactly(26, 191);
    // The middle pixel belongs to both halves.
    Video thirds = Samples.grey(1, 3, 0, 90, 240).resized(1, 2);
    assertThat(Samples.levels(thirds)).containsExactly(30, 190);
    Video upright = Samples.grey(3, 1, 0, 90, 240).resized(2, 1);
    assertThat(Samples.levels(upright)).containsExactly(30, 190);
  }

  @Test
  void growingByAnIntegerFactorRepeatsPixels() {
    Video large = Samples.grey(2, 2, 1, 2, 3, 4).resized(4, 6);
    assertThat(Samples.levels(large))
        .containsExactly(1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4);
  }

  @Test
  void growingByOtherFactorsInterpolates() {
    // Centres of the new pixels lie at 1/6, 5/6, 9/6 of the old ones.
    Video large = Samples.grey(1, 2, 0, 120).resized(1, 3);
    assertThat(Samples.levels(large)).containsExactly(0, 60, 120);
    Video five = Samples.grey(1, 2, 0, 100).resized(1, 5);
    assertThat(Samples.levels(five)).containsExactly(0, 10, 50, 90, 100);
  }

  @Test
  void eachAxisGoesItsOwnWayAndFramesStayApart() {
    Video two = Video.of(List.of(grey(0, 100, 40, 60).image(0), grey(8, 8, 8, 8).image(0)));
    Video other = two.resized(1, 4);
    assertThat(Samples.levels(other)).containsExactly(20, 20, 80, 80, 8, 8, 8, 8);
    assertThat(two.resized(2, 2)).isSameAs(two);
  }

  private static Video grey(int... levels) {
    return Samples.grey(2, 2, levels);
  }

  @Test
  void colourChannelsStayApart() {
    Video red = Samples.plain(3, 5, 0xff8001);
    for (int[] size : new int[][] {{2, 3}, {6, 10}, {4, 7}, {1, 1}, {7, 2}}) {
      Video other = red.resized(size[0], size[1]);
      assertThat(other.rgb()).isEqualTo(Samples.plain(size[0], size[1], 0xff8001).rgb());
    }
  }

  @Test
  void greyLevelsAreKeptAndTransparencyIsWhite() {
    for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
      BufferedImage grey = new BufferedImage(1, 1, type);
      boolean wide = type == BufferedImage.TYPE_USHORT_GRAY;
      grey.getRaster().setSample(0, 0, 0, wide ? 100 * 257 : 100);
      assertThat(Video.of(List.of(grey)).rgb()).containsExactly(100, 100, 100);
    }
    BufferedImage clear = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    clear.setRGB(0, 0, 0x00123456);
    clear.setRGB(1, 0, 0xff010203);
    clear.setRGB(2, 0, 0x33640032);
    assertThat(Video.of(List.of(clear)).rgb())
        .containsExactly(-1, -1, -1, 1, 2, 3, (byte) 224, (byte) 204, (byte) 214);
  }
}
