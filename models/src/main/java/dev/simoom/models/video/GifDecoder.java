package dev.simoom.models.video;

/** Unpacks the pixels of one GIF frame: LZW with codes of growing length (GIF89a, appendix F). */
final class GifDecoder {
  private static final int MAX_CODES = 4096;
  private static final int NO_MORE = -1;

  private final byte[] bytes;
  private final int minimum;
  private int at;
  private int left;
  private int bits;
  private int bitCount;

  /** Each code stands for the pixels of its prefix and one more. */
  private final int[] prefix = new int[MAX_CODES];

  private final byte[] last = new byte[MAX_CODES];
  private final byte[] first = new byte[MAX_CODES];
  private final int[] length = new int[MAX_CODES];

  /** Starts where a file has the frame's minimum code size, which sub-blocks follow. */
  GifDecoder(byte[] bytes, int data) {
    this.bytes = bytes;
    minimum = bytes[data] & 255;
    at = data + 1;
  }

  /** Fills all pixels; false if the data is broken or too short. */
  boolean decode(byte[] pixels) {
    if (minimum < 2 || minimum > 8) {
      return false;
    }
    int clear = 1 << minimum;
    for (int i = 0; i < clear; i++) {
      first[i] = (byte) i;
      last[i] = (byte) i;
      length[i] = 1;
    }
    int next = clear + 2;
    int previous = NO_MORE;
    int filled = 0;
    while (filled < pixels.length) {
      int code = code(Math.min(12, Integer.SIZE - Integer.numberOfLeadingZeros(next)));
      if (code == clear) {
        next = clear + 2;
        previous = NO_MORE;
        continue;
      }
      boolean starts = previous == NO_MORE;
      if (code == NO_MORE || code == clear + 1 || code >= (starts ? clear : next + 1)) {
        return false;
      }
      if (!starts && next < MAX_CODES) {
        add(next, previous, first[code == next ? previous : code]);
        next++;
      }
      filled = emit(code, pixels, filled);
      previous = code;
    }
    return true;
  }

  private void add(int code, int start, byte pixel) {
    prefix[code] = start;
    first[code] = first[start];
    last[code] = pixel;
    length[code] = length[start] + 1;
  }

  private int emit(int code, byte[] pixels, int filled) {
    int end = filled + length[code];
    int rest = code;
    for (int i = end - 1; i >= filled; i--) {
      if (i < pixels.length) {
        pixels[i] = last[rest];
      }
      rest = prefix[rest];
    }
    return end;
  }

  private int code(int size) {
    while (bitCount < size) {
      if (left == 0) {
        left = bytes[at++] & 255;
        if (left == 0) {
          return NO_MORE;
        }
      }
      bits |= (bytes[at++] & 255) << bitCount;
      bitCount += 8;
      left--;
    }
    int code = bits & (1 << size) - 1;
    bits >>>= size;
    bitCount -= size;
    return code;
  }
}
