package dev.simoom.models.video;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** GIFs of four colours, frame by frame, with all that a file may ask for. */
final class GifBuilder {
  /** Letters of the colours, and of the white that is no colour of the files. */
  private static final String LETTERS = "krgbw";

  private static final int[] COLOURS = {0x000000, 0xff0000, 0x00ff00, 0x0000ff, 0xffffff};

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  GifBuilder(int width, int height) {
    out.writeBytes(new byte[] {'G', 'I', 'F', '8', '9', 'a'});
    u16(width, height);
    bytes(0x81, 0, 0);
    table(0, 1, 2, 3);
  }

  /** How the next frame is drawn; transparent is a letter, or a space for none. */
  GifBuilder control(int disposal, char transparent) {
    int index = LETTERS.indexOf(transparent);
    bytes(0x21, 0xf9, 4, disposal << 2 | (index >= 0 ? 1 : 0), 10, 0, Math.max(0, index), 0);
    return this;
  }

  /** A comment, which says nothing. */
  GifBuilder comment() {
    bytes(0x21, 0xfe, 2, 'h', 'i', 1, '!', 0);
    return this;
  }

  /** A frame at a place, from rows of letters. */
  GifBuilder frame(int left, int top, String... rows) throws IOException {
    descriptor(left, top, rows, 0);
    return pixels(rows);
  }

  /** A frame whose rows come in the order given but belong where the four passes take them. */
  GifBuilder interlaced(String... rows) throws IOException {
    descriptor(0, 0, rows, 0x40);
    return pixels(rows);
  }

  /** A frame with colours of its own, those of the file turned around. */
  GifBuilder withOwnColours(int left, int top, String... rows) throws IOException {
    descriptor(left, top, rows, 0x81);
    table(3, 2, 1, 0);
    return pixels(rows);
  }

  byte[] bytes() {
    bytes(0x3b);
    return out.toByteArray();
  }

  /** Pixels as rows of letters. */
  static String[] show(byte[] rgb, int width) {
    String[] rows = new String[rgb.length / 3 / width];
    for (int y = 0; y < rows.length; y++) {
      StringBuilder row = new StringBuilder();
      for (int x = 0; x < width; x++) {
        int colour = Pixels.colour(rgb, (y * width + x) * 3);
        int letter = 0;
        while (COLOURS[letter] != colour) {
          letter++;
        }
        row.append(LETTERS.charAt(letter));
      }
      rows[y] = row.toString();
    }
    return rows;
  }

  private void descriptor(int left, int top, String[] rows, int flags) {
    bytes(0x2c);
    u16(left, top, rows[0].length(), rows.length);
    bytes(flags);
  }

  private GifBuilder pixels(String... rows) throws IOException {
    String all = String.join("", rows);
    byte[] pixels = new byte[all.length()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) LETTERS.indexOf(all.charAt(i));
    }
    new GifEncoder(2).encode(pixels, out);
    return this;
  }

  private void table(int... order) {
    for (int i : order) {
      bytes(COLOURS[i] >> 16, COLOURS[i] >> 8, COLOURS[i]);
    }
  }

  private void u16(int... values) {
    for (int value : values) {
      bytes(value, value >> 8);
    }
  }

  private void bytes(int... values) {
    for (int value : values) {
      out.write(value);
    }
  }
}
