package dev.simoom.models.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;

/** What is written, read by our own reader and by that of the JDK. */
class GifWriterTest {
  private static byte[] written(Video video, int millis, int scale) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    GifWriter.write(out, video, millis, scale);
    return out.toByteArray();
  }

  private static Video ours(byte[] gif) throws IOException {
    GifFrames frames = new GifFrames(gif, FrameSource.MAX_PIXELS, "a.gif");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < frames.frames(); i++) {
      all.write(frames.next());
    }
    return new Video(frames.frames(), frames.height(), frames.width(), all.toByteArray());
  }

  private static Video jdks(byte[] gif) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
      reader.setInput(in);
      List<BufferedImage> images = new ArrayList<>();
      for (int i = 0; i < reader.getNumImages(true); i++) {
        images.add(reader.read(i));
      }
      return Video.of(images);
    } finally {
      reader.dispose();
    }
  }

  @Test
  void fewColoursComeBackExactly() throws IOException {
    for (int colours : new int[] {1, 2, 3, 4, 5, 16, 17, 200, 256}) {
      Video video = Samples.video(3, 31, 45, colours, colours);
      byte[] gif = written(video, 100, 1);
      assertThat(ours(gif).rgb()).as("%d colours", colours).isEqualTo(video.rgb());
      assertThat(jdks(gif).rgb()).as("%d colours", colours).isEqualTo(video.rgb());
    }
  }

  @Test
  void longFramesStartNewTablesOfCodes() throws IOException {
    for (int colours : new int[] {1, 2, 7, 256}) {
      Video video = Samples.video(1, 300, 210, colours, 5);
      byte[] gif = written(video, 100, 1);
      assertThat(ours(gif).rgb()).isEqualTo(video.rgb());
      assertThat(jdks(gif).rgb()).isEqualTo(video.rgb());
    }
  }

  @Test
  void everyLengthOfDataEndsAsItShould() throws IOException {
    for (int width = 1; width < 200; width++) {
      Video video = Samples.video(1, 1, width, 6, width);
      byte[] gif = written(video, 100, 1);
      assertThat(ours(gif).rgb()).isEqualTo(video.rgb());
      assertThat(jdks(gif).rgb()).isEqualTo(video.rgb());
    }
  }

  @Test
  void scaleRepeatsPixels() throws IOException {
    Video video = Samples.video(2, 5, 4, 9, 6);
    Video large = ours(written(video, 100, 3));
    assertThat(large.rgb()).isEqualTo(video.resized(15, 12).rgb());
    assertThat(large.width()).isEqualTo(12);
  }

  @Test
  void loopsForEverAtThePaceAskedFor() throws IOException {
    Video video = Samples.video(2, 2, 2, 2, 7);
    for (int[] pace :
        new int[][] {{84, 8}, {85, 9}, {1, 2}, {0, 2}, {1000, 100}, {9999999, 65535}}) {
      byte[] gif = written(video, pace[0], 1);
      ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
      try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
        reader.setInput(in);
        IIOMetadataNode root =
            (IIOMetadataNode) reader.getImageMetadata(1).getAsTree("javax_imageio_gif_image_1.0");
        IIOMetadataNode control =
            (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
        assertThat(control.getAttribute("delayTime")).isEqualTo(Integer.toString(pace[1]));
        IIOMetadataNode first =
            (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_gif_image_1.0");
        IIOMetadataNode loop =
            (IIOMetadataNode) first.getElementsByTagName("ApplicationExtension").item(0);
        assertThat(loop.getAttribute("applicationID")).isEqualTo("NETSCAPE");
        assertThat((byte[]) loop.getUserObject()).containsExactly(1, 0, 0);
      } finally {
        reader.dispose();
      }
    }
  }

  @Test
  void manyColoursAreReplacedByCloseOnes() throws IOException {
    int size = 64;
    byte[] rgb = new byte[2 * size * size * 3];
    for (int i = 0; i < rgb.length / 3; i++) {
      int x = i % size;
      int y = i / size % size;
      int t = i / size / size;
      Pixels.store(x * 4 << 16 | y * 4 << 8 | t * 255, rgb, 3 * i);
    }
    Video video = new Video(2, size, size, rgb);
    byte[] gif = written(video, 100, 1);
    byte[] read = ours(gif).rgb();
    assertThat(jdks(gif).rgb()).isEqualTo(read);
    // 128 colours for each of two squares: cells of 16x32 levels would give 28.8 dB.
    assertThat(ImageQuality.psnr(read, rgb)).isGreaterThan(32);
    long used =
        IntStream.range(0, rgb.length / 3).map(i -> Pixels.colour(read, 3 * i)).distinct().count();
    assertThat(used).isBetween(200L, 256L);
  }

  @Test
  void aRareColourFarFromAllOthersIsKept() throws IOException {
    Video video = Samples.video(1, 100, 100, 5000, 8);
    for (int at = 0; at < video.rgb().length; at += 3) {
      video.rgb()[at] = (byte) (video.rgb()[at] & 15);
    }
    for (int at = 0; at < 120; at += 3) {
      Pixels.store(0xff0000, video.rgb(), at);
    }
    Video read = ours(written(video, 100, 1));
    assertThat(Pixels.colour(read.rgb(), 0)).isEqualTo(0xff0000);
  }

  @Test
  void refusesSizesThatNoGifHas() {
    Video video = Samples.video(1, 2, 40, 2, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GifWriter.write(OutputStream.nullOutputStream(), video, 100, 0))
        .withMessage("write: frames of 40x2 times 0 are no size for a GIF");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GifWriter.write(OutputStream.nullOutputStream(), video, 100, 1639))
        .withMessageContaining("times 1639");
  }
}
