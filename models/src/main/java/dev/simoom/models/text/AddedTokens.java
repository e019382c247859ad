package dev.simoom.models.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tokens that are found in a text before it is cut into pieces: the one that starts first, the
 * longest of those that start there.
 */
final class AddedTokens {
  private final List<Added> tokens = new ArrayList<>();
  private final boolean[] starts = new boolean[256];

  /** A tree of the tokens' bytes: the key has the node above the byte, node 0 is the root. */
  private final IntIntMap children = new IntIntMap(64);

  private final IntIntMap tokenAt = new IntIntMap(8);
  private int nodes = 1;

  /**
   * A token.
   *
   * @param text how it is written
   * @param singleWord it counts only where no part of a word is on either side
   * @param takesLeft it takes the white space before it
   * @param takesRight it takes the white space after it
   */
  record Added(int id, String text, boolean singleWord, boolean takesLeft, boolean takesRight) {}

  /** What a text consists of, from left to right. */
  interface Parts {
    /** Text between tokens, which is not empty. */
    void text(byte[] text);

    void token(int id);
  }

  /** Adds a token, whose text is not empty; false if there is one that is written alike. */
  boolean add(Added token) {
    byte[] bytes = token.text.getBytes(StandardCharsets.UTF_8);
    int node = 0;
    for (byte b : bytes) {
      int child = children.get(key(node, b));
      if (child < 0) {
        child = nodes++;
        children.put(key(node, b), child);
      }
      node = child;
    }
    starts[bytes[0] & 0xFF] = true;
    if (tokenAt.get(node) >= 0) {
      return false;
    }
    tokenAt.put(node, tokens.size());
    tokens.add(token);
    return true;
  }

  /** Tells the parts of a text in well-formed UTF-8. */
  void split(byte[] text, Parts parts) {
    int told = 0;
    int at = 0;
    while (at < text.length) {
      int end = starts[text[at] & 0xFF] ? end(text, at) : -1;
      if (end < 0) {
        at++;
        continue;
      }
      Added token = tokens.get(tokenAt.get(node(text, at, end)));
      if (!token.singleWord || isWord(text, at, end)) {
        int from = token.takesLeft ? Math.max(told, spaceBefore(text, at)) : at;
        tell(text, told, from, parts);
        parts.token(token.id);
        told = token.takesRight ? CharKind.run(text, end, CharKind.WHITE) : end;
      }
      at = end;
    }
    tell(text, told, text.length, parts);
  }

  private static void tell(byte[] text, int from, int to, Parts parts) {
    if (from < to) {
      boolean all = from == 0 && to == text.length;
      parts.text(all ? text : Arrays.copyOfRange(text, from, to));
    }
  }

  /** The end of the longest token that starts at an index, or -1. */
  private int end(byte[] text, int from) {
    int end = -1;
    int node = 0;
    for (int at = from; at < text.length; at++) {
      node = children.get(key(node, text[at]));
      if (node < 0) {
        break;
      }
      end = tokenAt.get(node) >= 0 ? at + 1 : end;
    }
    return end;
  }

  private int node(byte[] text, int from, int to) {
    int node = 0;
    for (int at = from; at < to; at++) {
      node = children.get(key(node, text[at]));
    }
    return node;
  }

  private static int key(int node, byte b) {
    return node << 8 | b & 0xFF;
  }

  private static boolean isWord(byte[] text, int from, int to) {
    boolean before = from > 0 && isWordPart(Utf8.codePoint(text, Utf8.before(text, from)));
    boolean after = to < text.length && isWordPart(Utf8.codePoint(text, to));
    return !before && !after;
  }

  /** What \w is in Unicode (UTS 18, annex C). */
  private static boolean isWordPart(int c) {
    return Character.isAlphabetic(c)
        || c == 0x200C
        || c == 0x200D
        || switch (Character.getType(c)) {
          case Character.NON_SPACING_MARK,
              Character.COMBINING_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.DECIMAL_DIGIT_NUMBER,
              Character.CONNECTOR_PUNCTUATION ->
              true;
          default -> false;
        };
  }

  private static int spaceBefore(byte[] text, int end) {
    int at = end;
    while (at > 0 && (CharKind.at(text, Utf8.before(text, at)) & CharKind.WHITE) != 0) {
      at = Utf8.before(text, at);
    }
    return at;
  }
}
