package dev.simoom.models.video;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The packing of GIFs with strings for tables, slow and plain. */
final class PlainLzw {
  private static final int FULL = 4096;

  private PlainLzw() {}

  /** Packs pixels; once the table is full it goes on with it for good, as files may. */
  static byte[] packed(byte[] pixels, int minimum) {
    Map<String, Integer> codes = new HashMap<>();
    for (int i = 0; i < 1 << minimum; i++) {
      codes.put(Character.toString(i), i);
    }
    StringBuilder bits = new StringBuilder();
    put(bits, 1 << minimum, minimum + 1);
    int next = (1 << minimum) + 2;
    int size = minimum + 1;
    String run = "";
    for (byte pixel : pixels) {
      String longer = run + (char) (pixel & 255);
      if (codes.containsKey(longer)) {
        run = longer;
        continue;
      }
      put(bits, codes.get(run), size);
      if (next < FULL) {
        // The decoder has one entry less, and needs the longer code only after the next one.
        size = next == 1 << size ? size + 1 : size;
        codes.put(longer, next++);
      }
      run = longer.substring(longer.length() - 1);
    }
    put(bits, codes.get(run), size);
    return blocks(bits, minimum);
  }

  private static void put(StringBuilder bits, int code, int size) {
    for (int i = 0; i < size; i++) {
      bits.append(code >> i & 1);
    }
  }

  private static int take(StringBuilder bits, int at, int size) {
    String taken = bits.substring(at, at + size);
    return Integer.parseInt(new StringBuilder(taken).reverse().toString(), 2);
  }

  private static byte[] blocks(StringBuilder bits, int minimum) {
    bits.append("0".repeat(-bits.length() & 7));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(minimum);
    for (int at = 0; at < bits.length(); at += 8) {
      if (at / 8 % 255 == 0) {
        out.write(Math.min(255, (bits.length() - at) / 8));
      }
      out.write(take(bits, at, 8));
    }
    out.write(0);
    return out.toByteArray();
  }

  /** Unpacks all up to the code for the end, which has to be the last. */
  static byte[] unpacked(byte[] blocks) {
    StringBuilder bits = new StringBuilder();
    for (int at = 1; blocks[at] != 0; at += 1 + (blocks[at] & 255)) {
      for (int i = 1; i <= (blocks[at] & 255); i++) {
        put(bits, blocks[at + i] & 255, 8);
      }
    }
    int clear = 1 << blocks[0];
    StringBuilder pixels = new StringBuilder();
    List<String> table = new ArrayList<>();
    String previous = "";
    int at = 0;
    while (true) {
      int bitsOfNext = Integer.SIZE - Integer.numberOfLeadingZeros(table.size());
      int size = Math.clamp(bitsOfNext, blocks[0] + 1, 12);
      int code = take(bits, at, size);
      at += size;
      if (code == clear) {
        table.clear();
        for (int i = 0; i < clear + 2; i++) {
          table.add(Character.toString(i));
        }
        previous = "";
      } else if (code == clear + 1) {
        return bits.length() - at < 8
            ? pixels.toString().getBytes(StandardCharsets.ISO_8859_1)
            : new byte[0];
      } else {
        String run = code < table.size() ? table.get(code) : previous + previous.charAt(0);
        if (!previous.isEmpty() && table.size() < FULL) {
          table.add(previous + run.charAt(0));
        }
        pixels.append(run);
        previous = run;
      }
    }
  }
}
