package dev.simoom.models.video;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Videos and files for tests. */
final class Samples {
  private Samples() {}

  /** Random pixels of few colours. */
  static Video video(int frames, int height, int width, int colours, long seed) {
    Random random = new Random(seed);
    int[] palette = random.ints(colours, 0, 1 << 24).toArray();
    byte[] rgb = new byte[frames * height * width * 3];
    for (int at = 0; at < rgb.length; at += 3) {
      Pixels.store(palette[random.nextInt(colours)], rgb, at);
    }
    return new Video(frames, height, width, rgb);
  }

  /** One frame of one colour. */
  static Video plain(int height, int width, int colour) {
    byte[] rgb = new byte[height * width * 3];
    for (int at = 0; at < rgb.length; at += 3) {
      Pixels.store(colour, rgb, at);
    }
    return new Video(1, height, width, rgb);
  }

  /** One frame of grey levels. */
  static Video grey(int height, int width, int... levels) {
    byte[] rgb = new byte[height * width * 3];
    for (int i = 0; i < levels.length; i++) {
      Pixels.store(levels[i] * 0x010101, rgb, 3 * i);
    }
    return new Video(1, height, width, rgb);
  }

  /** The red levels of all pixels. */
  static int[] levels(Video video) {
    int[] levels = new int[video.rgb().length / 3];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = video.rgb()[3 * i] & 255;
    }
    return levels;
  }

  /** A picture as a file. */
  static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, out)) {
      throw new IOException("no writer for " + format);
    }
    return out.toByteArray();
  }

  /** A GIF of a video. */
  static byte[] gif(Video video) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    GifWriter.write(out, video, 100, 1);
    return out.toByteArray();
  }

  /** Writes a file with the folders above it. */
  static Path store(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  /** Writes the first frame as a PNG file. */
  static Path png(Path file, Video video) throws IOException {
    return store(file, encoded(video.image(0), "png"));
  }
}
