package dev.simoom.models.video;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes videos as GIFs that play for ever. */
public final class GifWriter {
  private static final int MAX_EXTENT = 65_535;

  private final OutputStream out;
  private final Video video;
  private final int scale;
  private final Palette palette;
  private final int bits;

  private GifWriter(OutputStream out, Video video, int scale) {
    this.out = out;
    this.video = video;
    this.scale = scale;
    palette = Palette.of(video.rgb());
    bits = Math.max(2, Integer.SIZE - Integer.numberOfLeadingZeros(palette.colours().length - 1));
  }

  /**
   * Writes one. Colours stay as they are where the video has 256 or fewer; of more, 256 are chosen
   * for all frames together, and no pixel is mixed of several.
   *
   * @param out takes the file; stays open
   * @param millisPerFrame how long a frame is shown, rounded to the 10 ms that GIFs count in, at
   *     least 20: browsers take less for 100
   * @param scale how many times each pixel is repeated along either axis
   * @throws IOException if the stream takes no more
   * @throws IllegalArgumentException if the scale is below 1, or frames become too large for a GIF
   */
  public static void write(OutputStream out, Video video, int millisPerFrame, int scale)
      throws IOException {
    if (scale < 1
        || (long) scale * Math.max(video.height(), video.width()) > MAX_EXTENT
        || (long) scale * scale * video.height() * video.width() > FrameSource.MAX_PIXELS) {
      throw new IllegalArgumentException(
          "write: frames of %dx%d times %d are no size for a GIF"
              .formatted(video.width(), video.height(), scale));
    }
    int hundredths = Math.clamp((millisPerFrame + 5L) / 10, 2, MAX_EXTENT);
    OutputStream buffered = new BufferedOutputStream(out);
    new GifWriter(buffered, video, scale).write(hundredths);
    buffered.flush();
  }

  private void write(int hundredths) throws IOException {
    out.write("GIF89a".getBytes(StandardCharsets.US_ASCII));
    u16(video.width() * scale);
    u16(video.height() * scale);
    bytes(0x80 | 7 << 4 | bits - 1, 0, 0);
    for (int i = 0; i < 1 << bits; i++) {
      int colour = i < palette.colours().length ? palette.colours()[i] : 0;
      bytes(colour >> 16, colour >> 8, colour);
    }
    // An extension of Netscape's that all follow: play again after the end, 0 times for no limit.
    bytes(0x21, 0xff, 11);
    out.write("NETSCAPE2.0".getBytes(StandardCharsets.US_ASCII));
    bytes(3, 1, 0, 0, 0);
    for (int i = 0; i < video.frames(); i++) {
      bytes(0x21, 0xf9, 4, 1 << 2);
      u16(hundredths);
      bytes(0, 0, 0x2c, 0, 0, 0, 0);
      u16(video.width() * scale);
      u16(video.height() * scale);
      bytes(0);
      new GifEncoder(bits).encode(indices(i), out);
    }
    bytes(0x3b);
  }

  private byte[] indices(int frame) {
    int width = video.width() * scale;
    byte[] indices = new byte[video.height() * scale * width];
    int at = frame * video.height() * video.width() * 3;
    for (int y = 0; y < video.height(); y++) {
      int row = y * scale * width;
      for (int i = row; i < row + width; i += scale) {
        byte index = (byte) palette.index(Pixels.colour(video.rgb(), at));
        Arrays.fill(indices, i, i + scale, index);
        at += 3;
      }
      for (int copy = 1; copy < scale; copy++) {
        System.arraycopy(indices, row, indices, row + copy * width, width);
      }
    }
    return indices;
  }

  private void u16(int value) throws IOException {
    bytes(value, value >> 8);
  }

  private void bytes(int... values) throws IOException {
    for (int value : values) {
      out.write(value);
    }
  }
}
