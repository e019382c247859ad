package dev.simoom.models.video;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Single pictures that users supply: PNG, JPEG, or the first frame of a GIF. */
public final class Picture {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

  private Picture() {}

  /**
   * Decodes a picture that may be anything, laid over white where it is transparent.
   *
   * @param bytes a whole file, of which the first bytes tell the format
   * @param maxPixels a larger picture is refused before it is decoded; 100 million at most
   * @return one frame
   * @throws VideoException if it is none, is broken or too large
   */
  public static Video decode(byte[] bytes, int maxPixels) throws VideoException {
    return decode(bytes, Math.min(maxPixels, FrameSource.MAX_PIXELS), "the picture");
  }

  /**
   * A picture as a PNG file.
   *
   * @throws UncheckedIOException never in practice, for the file is written to memory
   */
  public static byte[] png(BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // ImageIO.write to a plain stream would go through a temporary file.
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(picture, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The picture in a file. */
  static Video read(Path file) throws IOException {
    return decode(FrameSource.bytes(file), FrameSource.MAX_PIXELS, file.toString());
  }

  private static Video decode(byte[] bytes, long maxPixels, String name) throws VideoException {
    if (startsWith(bytes, PNG)) {
      return decode(bytes, maxPixels, name, "png");
    }
    if (startsWith(bytes, JPEG)) {
      return JpegOrientation.of(bytes).apply(decode(bytes, maxPixels, name, "jpeg"));
    }
    if (Gif.isGif(bytes)) {
      GifFrames frames = new GifFrames(bytes, maxPixels, name);
      return new Video(1, frames.height(), frames.width(), frames.next());
    }
    throw new VideoException(name + " is no PNG, JPEG or GIF; save it as PNG");
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length > magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }

  private static Video decode(byte[] bytes, long maxPixels, String name, String format)
      throws VideoException {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      // Metadata is ignored: it may unpack to any size.
      reader.setInput(in, true, true);
      checkSize(reader.getWidth(0), reader.getHeight(0), maxPixels, name);
      return Video.of(List.of(decode(reader)));
    } catch (VideoException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The decoders answer broken files with exceptions of any kind.
      throw new VideoException(
          "%s is a broken %s (%s); save it anew"
              .formatted(name, format.toUpperCase(Locale.ROOT), firstLine(e)));
    } finally {
      reader.dispose();
    }
  }

  /** Cut files are no more than a warning to the decoder, which makes up what is missing. */
  private static BufferedImage decode(ImageReader reader) throws IOException {
    List<String> cuts = new ArrayList<>();
    reader.addIIOReadWarningListener(
        (_, warning) -> {
          if (warning.toLowerCase(Locale.ROOT).contains("premature end")) {
            cuts.add(warning);
          }
        });
    BufferedImage image = reader.read(0);
    if (!cuts.isEmpty()) {
      throw new IOException(cuts.getFirst());
    }
    return image;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** Refuses what is too large to decode. */
  static void checkSize(int width, int height, long maxPixels, String name) throws VideoException {
    if ((long) width * height > maxPixels) {
      throw new VideoException(
          "%s is %dx%d, and pictures of more than %d pixels are not decoded; make it smaller"
              .formatted(name, width, height, maxPixels));
    }
  }

  /**
   * The largest part around the centre that has the proportions of a size, at least one pixel.
   *
   * @param height height of the size, in any unit
   * @param width width of the size, in the same unit
   * @throws IllegalArgumentException if a side of the size is below 1
   */
  public static Video centreCrop(Video video, int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("centreCrop: no proportions: " + width + "x" + height);
    }
    long fitWidth = Math.round((double) video.height() * width / height);
    long fitHeight = Math.round((double) video.width() * height / width);
    int newWidth = Math.clamp(fitWidth, 1, video.width());
    int newHeight = Math.clamp(fitHeight, 1, video.height());
    return crop(
        video,
        (video.height() - newHeight) / 2,
        (video.width() - newWidth) / 2,
        newHeight,
        newWidth);
  }

  private static Video crop(Video video, int top, int left, int height, int width) {
    byte[] part = new byte[video.frames() * height * width * 3];
    for (int row = 0; row < video.frames() * height; row++) {
      int y = row / height * video.height() + top + row % height;
      int from = (y * video.width() + left) * 3;
      System.arraycopy(video.rgb(), from, part, row * width * 3, width * 3);
    }
    return new Video(video.frames(), height, width, part);
  }
}
