package dev.simoom.models.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Bytes as text that can be shown, whatever they are. */
final class PrintableBytes {
  private PrintableBytes() {}

  /**
   * The UTF-8 text of the bytes, with marks for white space other than spaces and \xHH for what
   * cannot be shown.
   */
  static String text(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    while (in.hasRemaining()) {
      CoderResult result = decoder.reset().decode(in, out, true);
      appendVisible(text, out.flip());
      out.clear();
      for (int i = 0; i < (result.isError() ? result.length() : 0); i++) {
        appendEscape(text, in.get());
      }
    }
    return text.toString();
  }

  private static void appendVisible(StringBuilder text, CharBuffer decoded) {
    decoded
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> text.append('↵');
                case '\r' -> text.append('␍');
                case '\t' -> text.append('⇥');
                default -> appendCharacter(text, c);
              }
            });
  }

  private static void appendCharacter(StringBuilder text, int codePoint) {
    int type = Character.getType(codePoint);
    boolean hidden =
        Character.isISOControl(codePoint)
            || type == Character.FORMAT
            || type == Character.LINE_SEPARATOR
            || type == Character.PARAGRAPH_SEPARATOR;
    if (!hidden) {
      text.appendCodePoint(codePoint);
      return;
    }
    for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
      appendEscape(text, b);
    }
  }

  private static void appendEscape(StringBuilder text, byte b) {
    text.append("\\x%02X".formatted(b & 0xFF));
  }
}
