package dev.simoom.models.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Drops the block comments before the first line of code. */
final class LeadingComments {
  private LeadingComments() {}

  /**
   * The document without its leading block comments; documentation comments stay, unless they speak
   * of copyright.
   */
  static byte[] strip(byte[] document) {
    int from = 0;
    for (int at = skipBlank(document, 0); opens(document, at); at = skipBlank(document, from)) {
      int end = end(document, at);
      if (end < 0 || isDocumentation(document, at, end)) {
        break;
      }
      from = skipBlank(document, end);
    }
    return from == 0 ? document : Arrays.copyOfRange(document, from, document.length);
  }

  private static boolean opens(byte[] document, int at) {
    return at + 1 < document.length && document[at] == '/' && document[at + 1] == '*';
  }

  private static int end(byte[] document, int from) {
    for (int i = from + 2; i + 1 < document.length; i++) {
      if (document[i] == '*' && document[i + 1] == '/') {
        return i + 2;
      }
    }
    return -1;
  }

  private static boolean isDocumentation(byte[] document, int from, int end) {
    boolean twoStars = end - from > 4 && document[from + 2] == '*';
    return twoStars
        && !new String(document, from, end - from, StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT)
            .contains("copyright");
  }

  private static int skipBlank(byte[] document, int from) {
    int at = from;
    while (at < document.length && document[at] >= 0 && document[at] <= ' ') {
      at++;
    }
    return at;
  }
}
