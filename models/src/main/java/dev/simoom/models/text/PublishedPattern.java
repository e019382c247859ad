package dev.simoom.models.text;

import org.jspecify.annotations.Nullable;

/**
 * The regular expressions by which published tokenizers cut text, each as a scanner that needs time
 * in proportion to the text. The text must be well-formed UTF-8.
 */
enum PublishedPattern implements PieceScanner {
  /** GPT-2 and its kin: what a ByteLevel step with use_regex does. */
  GPT2(
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
      Integer.MAX_VALUE,
      false),

  /** SmolLM and StarCoder: the same where each digit is cut out beforehand, by a Digits step. */
  SMOLLM(
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+|\\s+(?![^\\s\\p{N}])|\\s+",
      1,
      false),

  /** Llama 3: numbers in groups of up to three digits. */
  LLAMA3(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      3,
      true),

  /** Qwen 2, 2.5 and 3: each digit for itself. */
  QWEN2(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      1,
      true);

  private static final String[] CONTRACTIONS = {"s", "t", "re", "ve", "m", "ll", "d"};

  /** The letter that is an s to a pattern that does not look at case: U+017F, long s. */
  private static final int LONG_S = 0x17F;

  private final String regex;
  private final int maxDigits;
  private final boolean anyCase;

  PublishedPattern(String regex, int maxDigits, boolean anyCase) {
    this.regex = regex;
    this.maxDigits = maxDigits;
    this.anyCase = anyCase;
  }

  String regex() {
    return regex;
  }

  /** The pattern that is written so, or null. */
  static @Nullable PublishedPattern of(String regex) {
    for (PublishedPattern pattern : values()) {
      if (pattern.regex.equals(regex)) {
        return pattern;
      }
    }
    return null;
  }

  @Override
  public int end(byte[] text, int from) {
    int contraction = text[from] == '\'' ? contraction(text, from + 1, anyCase) : 0;
    if (contraction > 0) {
      return contraction;
    }
    return anyCase ? endAnyCase(text, from) : endGpt2(text, from);
  }

  private int endGpt2(byte[] text, int from) {
    int kind = CharKind.at(text, from);
    if (kind == CharKind.NUMBER) {
      return digits(text, from);
    }
    if ((kind & CharKind.WHITE) == 0) {
      return CharKind.run(text, from, kind);
    }
    int next = text[from] == ' ' ? CharKind.at(text, from + 1) : 0;
    boolean leads = next != 0 && (next & CharKind.WHITE) == 0 && !standsAlone(next);
    return leads ? CharKind.run(text, from + 1, next) : endOfSpace(text, from);
  }

  private int endAnyCase(byte[] text, int from) {
    int kind = CharKind.at(text, from);
    int second = from + Utf8.length(text[from]);
    int next = CharKind.at(text, second);
    boolean mayLead = (kind & (CharKind.SPACE | CharKind.OTHER)) != 0;
    if (kind == CharKind.LETTER || mayLead && next == CharKind.LETTER) {
      return CharKind.run(text, second, CharKind.LETTER);
    }
    if (kind == CharKind.NUMBER) {
      return digits(text, from);
    }
    if (kind == CharKind.OTHER || text[from] == ' ' && next == CharKind.OTHER) {
      int marks = CharKind.run(text, second, CharKind.OTHER);
      return CharKind.run(text, marks, CharKind.BREAK);
    }
    int end = CharKind.run(text, from, CharKind.WHITE);
    for (int at = end; at > from; at--) {
      if (text[at - 1] == '\n' || text[at - 1] == '\r') {
        return at;
      }
    }
    return endOfSpace(text, from);
  }

  private int digits(byte[] text, int from) {
    int at = from;
    for (int i = 0; i < maxDigits && CharKind.at(text, at) == CharKind.NUMBER; i++) {
      at += Utf8.length(text[at]);
    }
    return at;
  }

  /** Whether what follows is a number that a step before has cut out: no space belongs to it. */
  private boolean standsAlone(int kind) {
    return this == SMOLLM && kind == CharKind.NUMBER;
  }

  /** A run of white space leaves its last character to what follows, where it has another. */
  private int endOfSpace(byte[] text, int from) {
    int end = CharKind.run(text, from, CharKind.WHITE);
    int last = Utf8.before(text, end);
    boolean leaves = end < text.length && !standsAlone(CharKind.at(text, end));
    return leaves && last > from ? last : end;
  }

  /** The end of the contraction whose letters start at an index, or 0 where there is none. */
  private static int contraction(byte[] text, int from, boolean anyCase) {
    if (anyCase && from + 1 < text.length && Utf8.codePoint(text, from) == LONG_S) {
      return from + 2;
    }
    for (String letters : CONTRACTIONS) {
      if (startsWith(text, from, letters, anyCase ? 0x20 : 0)) {
        return from + letters.length();
      }
    }
    return 0;
  }

  private static boolean startsWith(byte[] text, int from, String letters, int caseBit) {
    if (text.length - from < letters.length()) {
      return false;
    }
    for (int i = 0; i < letters.length(); i++) {
      if ((text[from + i] | caseBit) != letters.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
