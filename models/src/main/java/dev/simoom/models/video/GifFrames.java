package dev.simoom.models.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** The frames of a GIF as one sees them, each drawn over what the last ones left. */
final class GifFrames implements FrameSource {
  private static final int KEEP_NOTHING = 2;
  private static final int RESTORE = 3;

  /** First row and step of each pass over the rows. */
  private static final int[][] IN_ORDER = {{0, 1}};

  private static final int[][] INTERLACED = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

  private final byte[] bytes;
  private final String name;
  private final Gif gif;
  private final byte[] screen;
  private int read;

  GifFrames(Path file) throws IOException {
    this(FrameSource.bytes(file), MAX_PIXELS, file.toString());
  }

  /**
   * Starts with an empty screen, which is white.
   *
   * @param maxPixels a larger screen or frame is refused
   */
  GifFrames(byte[] bytes, long maxPixels, String name) throws VideoException {
    this.bytes = bytes;
    this.name = name;
    gif = Gif.parse(bytes, name);
    Picture.checkSize(gif.width(), gif.height(), maxPixels, name);
    for (Gif.Frame frame : gif.frames()) {
      Picture.checkSize(frame.width(), frame.height(), maxPixels, name);
    }
    screen = new byte[gif.height() * gif.width() * 3];
    Arrays.fill(screen, (byte) 255);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int frames() {
    return gif.frames().size();
  }

  @Override
  public int height() {
    return gif.height();
  }

  @Override
  public int width() {
    return gif.width();
  }

  @Override
  public byte[] next() throws VideoException {
    Gif.Frame frame = gif.frames().get(read++);
    byte[] pixels = new byte[frame.width() * frame.height()];
    if (!new GifDecoder(bytes, frame.data()).decode(pixels)) {
      throw new VideoException(
          "%s is broken: the pixels of frame %d cannot be unpacked".formatted(name, read));
    }
    byte[] before = frame.control().disposal() == RESTORE ? screen.clone() : screen;
    draw(frame, pixels);
    byte[] shown = screen.clone();
    if (frame.control().disposal() == KEEP_NOTHING) {
      empty(frame);
    } else if (before != screen) {
      System.arraycopy(before, 0, screen, 0, screen.length);
    }
    return shown;
  }

  private void draw(Gif.Frame frame, byte[] pixels) {
    int stored = 0;
    for (int[] pass : frame.interlaced() ? INTERLACED : IN_ORDER) {
      for (int row = pass[0]; row < frame.height(); row += pass[1]) {
        drawRow(frame, frame.top() + row, pixels, stored);
        stored += frame.width();
      }
    }
  }

  private void drawRow(Gif.Frame frame, int y, byte[] pixels, int stored) {
    for (int i = 0; y < gif.height() && i < visibleWidth(frame); i++) {
      int index = pixels[stored + i] & 255;
      if (index != frame.control().transparent()) {
        Pixels.store(frame.colours()[index], screen, (y * gif.width() + frame.left() + i) * 3);
      }
    }
  }

  private void empty(Gif.Frame frame) {
    int bottom = Math.min(gif.height(), frame.top() + frame.height());
    for (int y = frame.top(); y < bottom; y++) {
      int start = (y * gif.width() + frame.left()) * 3;
      Arrays.fill(screen, start, start + Math.max(0, visibleWidth(frame)) * 3, (byte) 255);
    }
  }

  /** Frames may reach beyond the screen. */
  private int visibleWidth(Gif.Frame frame) {
    return Math.min(frame.width(), gif.width() - frame.left());
  }
}
