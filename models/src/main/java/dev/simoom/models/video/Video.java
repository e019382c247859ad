package dev.simoom.models.video;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One episode: frames of one size, or a single picture as one frame.
 *
 * @param frames number of frames, at least 1
 * @param height rows of a frame
 * @param width columns of a frame
 * @param rgb [frames][height][width][3], unsigned bytes of sRGB; not copied
 */
public record Video(int frames, int height, int width, byte[] rgb) {
  /** The longest array that every JVM makes. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  /**
   * Checks that the sizes are those of the array.
   *
   * @throws IllegalArgumentException if a size is below 1, they come to 2 GiB or more, or the array
   *     has another length
   */
  public Video {
    if (frames < 1 || height < 1 || width < 1 || !fits(frames, height, width)) {
      throw new IllegalArgumentException(
          "video: %d frames of %dx%d; sizes are 1 or more, and all is below 2 GiB"
              .formatted(frames, width, height));
    }
    if (rgb.length != frames * height * width * 3) {
      throw new IllegalArgumentException(
          "video: %d frames of %dx%d take %d bytes, got %d"
              .formatted(frames, width, height, frames * height * width * 3, rgb.length));
    }
  }

  /** Whether an array can hold that many bytes. */
  static boolean fits(int frames, int height, int width) {
    return 3.0 * frames * height * width <= MAX_BYTES;
  }

  /**
   * Frames from pictures of one size; what is transparent turns white.
   *
   * @throws IllegalArgumentException if there is no picture, sizes differ, or they come to 2 GiB or
   *     more
   */
  public static Video of(List<BufferedImage> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("video: no pictures");
    }
    int height = images.getFirst().getHeight();
    int width = images.getFirst().getWidth();
    if (!fits(images.size(), height, width)) {
      throw new IllegalArgumentException(
          "video: %d frames of %dx%d are not below 2 GiB".formatted(images.size(), width, height));
    }
    byte[] rgb = new byte[images.size() * height * width * 3];
    for (int i = 0; i < images.size(); i++) {
      BufferedImage image = images.get(i);
      if (image.getHeight() != height || image.getWidth() != width) {
        throw new IllegalArgumentException(
            "video: frame %d is %dx%d and the first is %dx%d"
                .formatted(i, image.getWidth(), image.getHeight(), width, height));
      }
      Pixels.copy(image, rgb, i * height * width * 3);
    }
    return new Video(images.size(), height, width, rgb);
  }

  /** A frame as a picture of its own. */
  public BufferedImage image(int frame) {
    int start = Objects.checkIndex(frame, frames) * frameBytes();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        row[x] = Pixels.colour(rgb, start + 3 * (y * width + x));
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    return image;
  }

  /** A copy of a frame, [height][width][3]. */
  public byte[] frame(int frame) {
    int start = Objects.checkIndex(frame, frames) * frameBytes();
    return Arrays.copyOfRange(rgb, start, start + frameBytes());
  }

  /** The frames of a range, copied. */
  public Video slice(int from, int to) {
    Objects.checkFromToIndex(from, to, frames);
    byte[] part = Arrays.copyOfRange(rgb, from * frameBytes(), to * frameBytes());
    return new Video(to - from, height, width, part);
  }

  /**
   * The same at another size. An axis that shrinks takes the mean over the area that a new pixel
   * covers; one that grows by an integer factor repeats its pixels; any other is interpolated
   * linearly.
   *
   * @throws IllegalArgumentException if a size is below 1, or the result comes to 2 GiB or more
   */
  public Video resized(int height, int width) {
    if (height == this.height && width == this.width) {
      return this;
    }
    if (height < 1 || width < 1 || !fits(frames, height, width)) {
      throw new IllegalArgumentException(
          "resized: %d frames of %dx%d; sizes are 1 or more, and all is below 2 GiB"
              .formatted(frames, width, height));
    }
    Resampler resampler = new Resampler(this.height, this.width, height, width);
    byte[] target = new byte[frames * height * width * 3];
    for (int i = 0; i < frames; i++) {
      resampler.resample(rgb, i * frameBytes(), target, i * height * width * 3);
    }
    return new Video(frames, height, width, target);
  }

  private int frameBytes() {
    return height * width * 3;
  }
}
