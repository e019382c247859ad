package dev.simoom.models.text;

import java.nio.charset.StandardCharsets;

/** Text in UTF-8, character by character; all but {@link #valid} want it well-formed. */
final class Utf8 {
  private Utf8() {}

  /** The same text with U+FFFD in place of what is malformed. */
  static byte[] valid(byte[] text) {
    String decoded = new String(text, StandardCharsets.UTF_8);
    return decoded.indexOf('\uFFFD') < 0 ? text : decoded.getBytes(StandardCharsets.UTF_8);
  }

  /** The character that starts at an index. */
  static int codePoint(byte[] text, int at) {
    int lead = text[at];
    return switch (length(text[at])) {
      case 1 -> lead;
      case 2 -> (lead & 0x1F) << 6 | tail(text, at + 1);
      case 3 -> (lead & 0x0F) << 12 | tail(text, at + 1) << 6 | tail(text, at + 2);
      default ->
          (lead & 0x07) << 18
              | tail(text, at + 1) << 12
              | tail(text, at + 2) << 6
              | tail(text, at + 3);
    };
  }

  /** The length in bytes of the character with this first byte. */
  static int length(byte lead) {
    int bits = lead & 0xFF;
    if (bits < 0x80) {
      return 1;
    }
    return bits < 0xE0 ? 2 : bits < 0xF0 ? 3 : 4;
  }

  /** Where the character starts that ends before an index above 0. */
  static int before(byte[] text, int end) {
    int at = end - 1;
    while ((text[at] & 0xC0) == 0x80) {
      at--;
    }
    return at;
  }

  private static int tail(byte[] text, int at) {
    return text[at] & 0x3F;
  }
}
