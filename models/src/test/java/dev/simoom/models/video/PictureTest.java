package dev.simoom.models.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PictureTest {
  private static final int LIMIT = 10_000;

  /** A picture that JPEG is good at. */
  private static Video smooth(int height, int width) {
    byte[] rgb = new byte[height * width * 3];
    for (int i = 0; i < height * width; i++) {
      int x = i % width * 255 / width;
      int y = i / width * 255 / height;
      Pixels.store(x << 16 | y << 8 | 255 - x, rgb, 3 * i);
    }
    return new Video(1, height, width, rgb);
  }

  @Test
  void decodesPngAndTheFirstFrameOfAGifExactly() throws IOException {
    Video video = Samples.video(2, 7, 9, 40, 1);
    byte[] png = Samples.encoded(video.image(0), "png");
    Video picture = Picture.decode(png, 63);
    assertThat(picture.rgb()).isEqualTo(video.frame(0));
    assertThat(picture.frames()).isEqualTo(1);
    assertThat(picture.height()).isEqualTo(7);
    assertThat(Picture.decode(Samples.gif(video), 63).rgb()).isEqualTo(video.frame(0));
  }

  @Test
  void decodesJpegClosely() throws IOException {
    Video video = smooth(40, 64);
    Video picture = Picture.decode(Samples.encoded(video.image(0), "jpg"), LIMIT);
    assertThat(ImageQuality.psnr(picture.rgb(), video.rgb())).isGreaterThan(30).isFinite();
  }

  @Test
  void greyPicturesKeepTheirLevels() throws IOException {
    BufferedImage grey = new BufferedImage(256, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int x = 0; x < 256; x++) {
      for (int y = 0; y < 16; y++) {
        grey.getRaster().setSample(x, y, 0, x);
      }
    }
    int[] png = Samples.levels(Picture.decode(Samples.encoded(grey, "png"), LIMIT));
    int[] jpeg = Samples.levels(Picture.decode(Samples.encoded(grey, "jpg"), LIMIT));
    for (int i = 0; i < png.length; i++) {
      assertThat(png[i]).isEqualTo(i % 256);
      assertThat(jpeg[i]).isBetween(i % 256 - 6, i % 256 + 6);
    }
  }

  @Test
  void refusesLargePicturesBeforeDecodingThem() throws IOException {
    byte[] png = Samples.encoded(Samples.plain(7, 9, 0).image(0), "png");
    assertThatThrownBy(() -> Picture.decode(png, 62))
        .isInstanceOf(VideoException.class)
        .hasMessage(
            "the picture is 9x7, and pictures of more than 62 pixels are not decoded; make it"
                + " smaller");
    // Width and height of the header, whose checksum the decoder does not look at.
    ByteBuffer.wrap(png).putInt(16, 1_000_000).putInt(20, 2_000_000);
    assertThatThrownBy(() -> Picture.decode(png, Integer.MAX_VALUE))
        .isInstanceOf(VideoException.class)
        .hasMessageContaining("is 1000000x2000000, and pictures of more than 100000000 pixels");
    byte[] jpeg = Samples.encoded(Samples.plain(101, 100, 0).image(0), "jpg");
    assertThatThrownBy(() -> Picture.decode(jpeg, LIMIT))
        .hasMessageContaining("100x101, and pictures of more than 10000 pixels");
    byte[] gif = Samples.gif(Samples.plain(101, 100, 0));
    assertThatThrownBy(() -> Picture.decode(gif, LIMIT))
        .hasMessageContaining("100x101, and pictures of more than 10000 pixels");
  }

  @Test
  void refusesWhatIsNoPicture() {
    for (String text : new String[] {"", "<svg/>", "RIFFxxxxWEBP", "\u0089PNG"}) {
      assertThatThrownBy(() -> Picture.decode(text.getBytes(StandardCharsets.ISO_8859_1), LIMIT))
          .isInstanceOf(VideoException.class)
          .hasMessage("the picture is no PNG, JPEG or GIF; save it as PNG");
    }
  }

  @Test
  void refusesCutPictures() throws IOException {
    for (String format : new String[] {"png", "jpg", "gif"}) {
      byte[] whole = Samples.encoded(Samples.video(1, 30, 30, 250, 2).image(0), format);
      Picture.decode(whole, LIMIT);
      for (int percent : new int[] {10, 50, 70, 90, 95}) {
        byte[] cut = Arrays.copyOf(whole, whole.length * percent / 100);
        assertThatThrownBy(() -> Picture.decode(cut, LIMIT))
            .as("%d%% of a %s", percent, format)
            .isInstanceOf(VideoException.class);
      }
    }
    byte[] png = Samples.encoded(smooth(30, 30).image(0), "png");
    assertThatThrownBy(() -> Picture.decode(Arrays.copyOf(png, 100), LIMIT))
        .hasMessageStartingWith("the picture is a broken PNG (")
        .hasMessageEndingWith("); save it anew");
  }

  @Test
  void changedFilesAreReadOrRefusedButNothingElse() throws IOException {
    Random random = new Random(3);
    for (String format : new String[] {"png", "jpg", "gif"}) {
      byte[] whole = Samples.encoded(Samples.video(1, 20, 20, 250, 2).image(0), format);
      int refused = 0;
      for (int i = 0; i < 300; i++) {
        byte[] changed = whole.clone();
        changed[random.nextInt(i % 2 == 0 ? 60 : whole.length)] ^= (byte) (1 << random.nextInt(8));
        try {
          Picture.decode(changed, LIMIT);
        } catch (VideoException e) {
          refused++;
        }
      }
      assertThat(refused).as(format).isBetween(10, 299);
    }
  }

  /** Puts an Exif segment with one entry behind the first marker. */
  private static byte[] turned(byte[] jpeg, int orientation, ByteOrder order) {
    ByteBuffer segment = ByteBuffer.allocate(2 + 2 + 6 + 8 + 2 + 12 + 4);
    segment.putShort((short) 0xffe1).putShort((short) (segment.capacity() - 2));
    segment.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
    segment.order(order);
    segment.put((order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").getBytes());
    segment.putShort((short) 42).putInt(8).putShort((short) 1);
    segment.putShort((short) 0x112).putShort((short) 3).putInt(1).putShort((short) orientation);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(segment.array());
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  @Test
  void turnsPicturesAsTheCameraWasHeld() throws IOException {
    // Levels of the quarters of a stored picture of 32x16, and what is seen of them.
    Video stored = Samples.grey(2, 2, 0, 80, 160, 240).resized(16, 32);
    byte[] jpeg = Samples.encoded(stored.image(0), "jpg");
    int[][] seen = {
      {0, 80, 160, 240}, {80, 0, 240, 160}, {240, 160, 80, 0}, {160, 240, 0, 80},
      {0, 160, 80, 240}, {160, 0, 240, 80}, {240, 80, 160, 0}, {80, 240, 0, 160},
    };
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      for (int value = 1; value <= 8; value++) {
        Video picture = Picture.decode(turned(jpeg, value, order), LIMIT);
        assertThat(picture.width()).isEqualTo(value < 5 ? 32 : 16);
        int[] levels = Samples.levels(picture.resized(2, 2));
        for (int i = 0; i < 4; i++) {
          assertThat(levels[i])
              .as("orientation %d, quarter %d", value, i)
              .isBetween(seen[value - 1][i] - 5, seen[value - 1][i] + 5);
        }
      }
      Video odd = Picture.decode(turned(jpeg, 9, order), LIMIT);
      assertThat(odd.width()).isEqualTo(32);
    }
  }

  @Test
  void cropsAroundTheCentre() {
    Video wide = Samples.grey(2, 4, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(Samples.levels(Picture.centreCrop(wide, 50, 50))).containsExactly(2, 3, 6, 7);
    Video tall = Samples.grey(4, 2, 1, 2, 3, 4, 5, 6, 7, 8);
    Video square = Picture.centreCrop(tall, 1, 1);
    assertThat(Samples.levels(square)).containsExactly(3, 4, 5, 6);
    assertThat(square.height()).isEqualTo(2);
    assertThat(Samples.levels(Picture.centreCrop(wide, 1, 1000))).containsExactly(1, 2, 3, 4);
    assertThat(Samples.levels(Picture.centreCrop(wide, 3, 6)))
        .containsExactly(Samples.levels(wide));
    Video two =
        new Video(2, 1, 3, new byte[] {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6});
    assertThat(Samples.levels(Picture.centreCrop(two, 7, 7))).containsExactly(2, 5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Picture.centreCrop(wide, 0, 1))
        .withMessageContaining("1x0");
  }
}
