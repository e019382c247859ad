package dev.simoom.models.report;

/**
 * The text of a byte-level token, which may begin or end inside a character.
 *
 * <p>A byte that is part of no well-formed UTF-8 sequence becomes the lone low surrogate U+DC00 +
 * byte (the convention of Python's {@code surrogateescape}, PEP 383), so that no two tokens share a
 * text and the page can show the byte as what it is.
 */
public final class TokenText {

  private static final int ESCAPE = 0xDC00;

  private TokenText() {}

  /** The text of a token given by its bytes. */
  public static String of(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    int i = 0;
    while (i < bytes.length) {
      int length = sequenceLength(bytes, i);
      if (length == 0) {
        text.append((char) (ESCAPE + (bytes[i] & 0xFF)));
        i++;
      } else {
        text.appendCodePoint(codePoint(bytes, i, length));
        i += length;
      }
    }
    return text.toString();
  }

  /** Length of the well-formed sequence that starts at {@code at}, or 0 (Unicode, table 3-7). */
  private static int sequenceLength(byte[] bytes, int at) {
    int lead = bytes[at] & 0xFF;
    int length;
    if (lead < 0x80) {
      return 1;
    } else if (lead >= 0xC2 && lead <= 0xDF) {
      length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      length = 3;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      length = 4;
    } else {
      return 0;
    }
    if (at + length > bytes.length) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    int point = codePoint(bytes, at, length);
    boolean overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
    return overlong || surrogate || point > Character.MAX_CODE_POINT ? 0 : length;
  }

  private static int codePoint(byte[] bytes, int at, int length) {
    int lead = bytes[at] & 0xFF;
    int point = length == 1 ? lead : lead & (0x7F >> length);
    for (int i = 1; i < length; i++) {
      point = (point << 6) | (bytes[at + i] & 0x3F);
    }
    return point;
  }
}
