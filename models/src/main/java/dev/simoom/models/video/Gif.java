package dev.simoom.models.video;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is where in a GIF (GIF87a and GIF89a of CompuServe, 1987 and 1990), found without decoding.
 *
 * @param width width of the screen that frames are drawn on
 * @param height its height
 * @param frames the frames in order
 */
record Gif(int width, int height, List<Frame> frames) {
  private static final byte[] MAGIC = "GIF8".getBytes(StandardCharsets.US_ASCII);

  /**
   * A rectangle drawn on the screen.
   *
   * @param left its place on the screen
   * @param top its place on the screen
   * @param width its width, at least 1
   * @param height its height, at least 1
   * @param colours 256 of 0xRRGGBB
   * @param interlaced whether its rows come in four passes
   * @param control how it is drawn
   * @param data where its compressed pixels are in the file
   */
  record Frame(
      int left,
      int top,
      int width,
      int height,
      int[] colours,
      boolean interlaced,
      Control control,
      int data) {}

  /**
   * A graphic control extension.
   *
   * @param disposal 2 if the frame's rectangle is emptied after the frame, 3 if it becomes what it
   *     was before, else what is drawn stays
   * @param transparent the colour that draws nothing, or -1
   */
  record Control(int disposal, int transparent) {
    static final Control NONE = new Control(0, -1);
  }

  /** Whether a file begins as a GIF does. */
  static boolean isGif(byte[] bytes) {
    return bytes.length >= MAGIC.length
        && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * Reads the blocks of a file.
   *
   * @throws VideoException if it is no GIF, is cut off or broken, or has no frame
   */
  static Gif parse(byte[] bytes, String name) throws VideoException {
    return new Parser(bytes, name).parse();
  }

  private static final class Parser {
    private final byte[] bytes;
    private final String name;
    private int at = 6;
    private int @Nullable [] global;
    private Control control = Control.NONE;
    private final List<Frame> frames = new ArrayList<>();

    Parser(byte[] bytes, String name) {
      this.bytes = bytes;
      this.name = name;
    }

    Gif parse() throws VideoException {
      if (!isGif(bytes)) {
        throw new VideoException(name + " is no GIF, whatever its name says");
      }
      int width = u16();
      int height = u16();
      int flags = u8();
      skip(2);
      if ((flags & 0x80) != 0) {
        global = colours(flags);
      }
      // Some files lack the trailer, which says nothing.
      while (at < bytes.length && block()) {}
      if (frames.isEmpty() || width == 0 || height == 0) {
        throw new VideoException(name + " has no frames");
      }
      return new Gif(width, height, frames);
    }

    private boolean block() throws VideoException {
      int kind = u8();
      switch (kind) {
        case 0x3b -> {
          return false;
        }
        case 0x2c -> frame();
        case 0x21 -> extension();
        default ->
            throw new VideoException(
                "%s is broken: there is no block of kind %d (byte %d)"
                    .formatted(name, kind, at - 1));
      }
      return true;
    }

    private void extension() throws VideoException {
      if (u8() == 0xf9) {
        int start = at;
        skip(1);
        int flags = u8();
        skip(2);
        control = new Control(flags >> 2 & 7, (flags & 1) != 0 ? u8() : -1);
        at = start;
      }
      skipSubBlocks();
    }

    private void frame() throws VideoException {
      int left = u16();
      int top = u16();
      int width = u16();
      int height = u16();
      int flags = u8();
      int[] colours = (flags & 0x80) != 0 ? colours(flags) : global;
      if (width == 0 || height == 0 || colours == null) {
        throw new VideoException(
            "%s is broken: frame %d has no pixels or no colours"
                .formatted(name, frames.size() + 1));
      }
      boolean interlaced = (flags & 0x40) != 0;
      frames.add(new Frame(left, top, width, height, colours, interlaced, control, at));
      control = Control.NONE;
      skip(1);
      skipSubBlocks();
    }

    /** Always 256, so that no pixel of a broken file is beyond them; the spare ones are black. */
    private int[] colours(int flags) throws VideoException {
      int count = 2 << (flags & 7);
      int[] colours = new int[256];
      int start = at;
      skip(3 * count);
      for (int i = 0; i < count; i++) {
        colours[i] = Pixels.colour(bytes, start + 3 * i);
      }
      return colours;
    }

    private void skipSubBlocks() throws VideoException {
      for (int length = u8(); length > 0; length = u8()) {
        skip(length);
      }
    }

    private void skip(int count) throws VideoException {
      if (bytes.length - at < count) {
        throw new VideoException(
            "%s is cut off after %d bytes, in frame %d; copy or save it anew"
                .formatted(name, bytes.length, frames.size() + 1));
      }
      at += count;
    }

    private int u8() throws VideoException {
      skip(1);
      return bytes[at - 1] & 255;
    }

    private int u16() throws VideoException {
      skip(2);
      return bytes[at - 2] & 255 | (bytes[at - 1] & 255) << 8;
    }
  }
}
