package dev.simoom.models.video;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Packs the pixels of one GIF frame, as {@link GifDecoder} unpacks them. */
final class GifEncoder {
  private static final int MAX_CODES = 4096;
  private static final int SLOTS = 4 * MAX_CODES;

  private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
  private final int minimum;
  private final int clear;
  private int next;
  private int bits;
  private int bitCount;

  /** A hash table from a prefix and a pixel, prefix * 256 + pixel, to their code. */
  private final int[] keys = new int[SLOTS];

  private final int[] codes = new int[SLOTS];

  /**
   * For one frame.
   *
   * @param minimum bits of a pixel, 2 to 8
   */
  GifEncoder(int minimum) {
    this.minimum = minimum;
    clear = 1 << minimum;
    next = clear + 2;
  }

  /** Writes the minimum code size and the sub-blocks. */
  void encode(byte[] pixels, OutputStream out) throws IOException {
    restart();
    int prefix = pixels[0] & 255;
    for (int i = 1; i < pixels.length; i++) {
      int pixel = pixels[i] & 255;
      int key = prefix << 8 | pixel;
      int slot = slot(key);
      if (keys[slot] == key) {
        prefix = codes[slot];
        continue;
      }
      put(prefix);
      keys[slot] = key;
      codes[slot] = next++;
      if (next == MAX_CODES) {
        restart();
      }
      prefix = pixel;
    }
    put(prefix);
    next++;
    put(clear + 1);
    if (bitCount > 0) {
      packed.write(bits);
    }
    writeBlocks(out);
  }

  private void restart() {
    put(clear);
    next = clear + 2;
    Arrays.fill(keys, -1);
  }

  private int slot(int key) {
    int slot = (key * 0x9E3779B1) >>> 18;
    while (keys[slot] != -1 && keys[slot] != key) {
      slot = slot + 1 & SLOTS - 1;
    }
    return slot;
  }

  /** The decoder learns each code one step later than this side, and grows its codes then. */
  private void put(int code) {
    int size = Integer.SIZE - Integer.numberOfLeadingZeros(next - 1);
    bits |= code << bitCount;
    bitCount += size;
    while (bitCount >= 8) {
      packed.write(bits);
      bits >>>= 8;
      bitCount -= 8;
    }
  }

  private void writeBlocks(OutputStream out) throws IOException {
    byte[] all = packed.toByteArray();
    out.write(minimum);
    for (int i = 0; i < all.length; i += 255) {
      int length = Math.min(255, all.length - i);
      out.write(length);
      out.write(all, i, length);
    }
    out.write(0);
  }
}
