package dev.simoom.models.text;

/**
 * Cuts text into the pieces inside which byte pairs may be merged: words, numbers of up to three
 * digits and runs of punctuation, each with one space before it where there is one; line breaks
 * with the indentation after them; other runs of spaces and tabs.
 *
 * <p>Outside ASCII every character counts as a letter, except the symbol blocks U+00A0 to U+00BF,
 * U+2000 to U+2BFF and U+3000 to U+303F, which count as punctuation. That needs no Unicode tables,
 * so the scanner here and a regular expression engine agree whatever their Unicode version, and
 * bytes that are no UTF-8 are cut somewhere without being lost.
 */
final class PreTokenizer {
  private static final String SYMBOLS = "\u00A0-\u00BF\u2000-\u2BFF\u3000-\u303F";
  private static final String LETTER = "[^\\x00-@\\[-`{-\\x7F" + SYMBOLS + "]";
  private static final String PUNCTUATION =
      "[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F!-/:-@\\[-`{-\\x7F" + SYMBOLS + "]";

  /** The same rule as a regular expression, for other tokenizer libraries. */
  static final String PATTERN =
      " ?"
          + LETTER
          + "+"
          + "| ?[0-9]{1,3}"
          + "| ?"
          + PUNCTUATION
          + "+"
          + "|[\\r\\n]+[ \\t]*"
          + "|[ \\t]+(?= [^ \\t\\r\\n])"
          + "|[ \\t]+";

  private static final int MAX_DIGITS = 3;

  private static final byte LETTERS = 0;
  private static final byte DIGITS = 1;
  private static final byte MARKS = 2;
  private static final byte BLANKS = 3;
  private static final byte BREAKS = 4;

  private static final byte[] CLASSES = new byte[256];

  static {
    for (int b = 0; b < 256; b++) {
      boolean letter = b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= 0x80;
      boolean digit = b >= '0' && b <= '9';
      CLASSES[b] = letter ? LETTERS : digit ? DIGITS : MARKS;
    }
    CLASSES[' '] = BLANKS;
    CLASSES['\t'] = BLANKS;
    CLASSES['\n'] = BREAKS;
    CLASSES['\r'] = BREAKS;
  }

  private PreTokenizer() {}

  /** The end of the piece that starts at an index below text.length. */
  static int end(byte[] text, int from) {
    int first = classAt(text, from);
    if (first == BREAKS) {
      return run(text, run(text, from, BREAKS), BLANKS);
    }
    if (first != BLANKS) {
      return body(text, from, first);
    }
    int end = run(text, from, BLANKS);
    boolean lastLeads = end < text.length && text[end - 1] == ' ' && classAt(text, end) != BREAKS;
    if (!lastLeads) {
      return end;
    }
    return end - 1 > from ? end - 1 : body(text, end, classAt(text, end));
  }

  private static int body(byte[] text, int from, int kind) {
    return kind == DIGITS
        ? Math.min(run(text, from, DIGITS), from + MAX_DIGITS)
        : run(text, from, kind);
  }

  private static int run(byte[] text, int from, int kind) {
    int at = from;
    while (at < text.length && classAt(text, at) == kind) {
      at += kind == MARKS && text[at] < 0 ? symbolLength(text, at) : 1;
    }
    return at;
  }

  private static int classAt(byte[] text, int at) {
    byte b = text[at];
    return b < 0 && symbolLength(text, at) > 0 ? MARKS : CLASSES[b & 0xFF];
  }

  /** The length in bytes of a character of the symbol blocks, or 0 where there is none. */
  private static int symbolLength(byte[] text, int at) {
    int lead = text[at] & 0xFF;
    if (lead == 0xC2) {
      return at + 1 < text.length && within(text[at + 1], 0xA0, 0xBF) ? 2 : 0;
    }
    if (lead != 0xE2 && lead != 0xE3 || at + 2 >= text.length) {
      return 0;
    }
    boolean symbol = within(text[at + 1], 0x80, lead == 0xE2 ? 0xAF : 0x80);
    return symbol && within(text[at + 2], 0x80, 0xBF) ? 3 : 0;
  }

  private static boolean within(byte b, int low, int high) {
    return (b & 0xFF) >= low && (b & 0xFF) <= high;
  }
}
