package dev.simoom.models.text;

/**
 * The kinds of characters that published patterns tell apart, as bits: letters and numbers are
 * Unicode's categories L and N, white space is its property White_Space, of which line feeds and
 * carriage returns are a kind of their own.
 */
final class CharKind {
  static final int LETTER = 1;
  static final int NUMBER = 2;
  static final int SPACE = 4;
  static final int BREAK = 8;
  static final int OTHER = 16;
  static final int WHITE = SPACE | BREAK;

  private static final byte[] ASCII = new byte[0x80];

  static {
    for (int c = 0; c < ASCII.length; c++) {
      ASCII[c] = (byte) kind(c);
    }
  }

  private CharKind() {}

  static int of(int codePoint) {
    return codePoint < 0x80 ? ASCII[codePoint] : kind(codePoint);
  }

  /** The kind of the character that starts at an index, or 0 at the end of the text. */
  static int at(byte[] text, int at) {
    return at < text.length ? of(Utf8.codePoint(text, at)) : 0;
  }

  /** The end of the run of characters of some kinds that starts at an index. */
  static int run(byte[] text, int from, int kinds) {
    int at = from;
    while ((at(text, at) & kinds) != 0) {
      at += Utf8.length(text[at]);
    }
    return at;
  }

  private static int kind(int c) {
    if (c == '\n' || c == '\r') {
      return BREAK;
    }
    if (isSpace(c)) {
      return SPACE;
    }
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      default -> OTHER;
    };
  }

  private static boolean isSpace(int c) {
    return switch (c) {
      case '\t', 0x0B, 0x0C, ' ', 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000 ->
          true;
      default -> c >= 0x2000 && c <= 0x200A;
    };
  }
}
