package dev.simoom.models.text;

import java.util.SplittableRandom;

/** Text with much of what is hard to cut: white space of all kinds, contractions, marks, emoji. */
final class RandomText {
  private static final String[] ATOMS = {
    "the",
    "Hello",
    "world",
    "'s",
    "'S",
    "'\u017F",
    "'ll",
    "'LL",
    "'Re",
    "'ve",
    "'VE",
    "'m",
    "'D",
    "'l",
    "'",
    "''",
    "12345",
    "7",
    "\u0663\u0664\u0665",
    "\u00BD",
    "\u2167",
    "\u00B2",
    "\u65E5\u672C\u8A9E",
    "\uD55C\uAD6D\uC5B4",
    "\u0939\u093F\u0928\u094D",
    "e\u0301",
    "\u00E9",
    "o\u0308\u0323",
    "\u0344",
    "\u1100\u1161",
    "\u212B",
    "\uD83D\uDE42",
    "\uD83D\uDC69\u200D",
    "\uFB01",
    "\u01C6",
    "...",
    "!?",
    "==",
    "{}",
    "//",
    "_",
    "<|",
    "|>",
    "\u0000",
    "\u007F",
    "été",
    "\r\n",
    "\n\n",
    "\t",
    "   ",
    " \n ",
    "\n  ",
    "  \r"
  };

  private static final String SPACES =
      " \t\n"
          + "\u000B\f\r"
          + "\u0085\u00A0\u1680\u180E\u2000\u200A\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF\u001C";

  private RandomText() {}

  /** A text of well-formed characters, with some of the extras in it. */
  static String of(SplittableRandom random, String... extras) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(24); n > 0; n--) {
      switch (random.nextInt(8)) {
        case 0 -> text.appendCodePoint(character(random));
        case 1, 2 -> text.append(SPACES.charAt(random.nextInt(SPACES.length())));
        case 3 -> text.append(' ');
        case 4 -> text.append(extras.length == 0 ? "" : extras[random.nextInt(extras.length)]);
        default -> text.append(ATOMS[random.nextInt(ATOMS.length)]);
      }
    }
    return text.toString();
  }

  private static int character(SplittableRandom random) {
    int[] ends = {0x80, 0x250, 0x3000, 0x10000, 0x20000, 0x110000};
    int c = random.nextInt(ends[random.nextInt(ends.length)]);
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 'x' : c;
  }
}
