package dev.simoom.tensor.safetensors;

import dev.simoom.tensor.files.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Reads JSON by the letter of RFC 8259, and further asks that no object has the same key twice and
 * that surrogates come in pairs.
 */
final class JsonReader {
  /** Deeper nesting than this is refused, so that no text can exhaust the stack. */
  static final int MAX_DEPTH = 16;

  private final String text;
  private int position;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * Reads a text that holds one value.
   *
   * @throws JsonException if it does not
   */
  static Json parse(String text) throws JsonException {
    JsonReader reader = new JsonReader(text);
    Json value = reader.value(0);
    reader.skipSpace();
    if (reader.position < text.length()) {
      throw reader.error("unexpected " + reader.here() + " after the end of the value");
    }
    return value;
  }

  private Json value(int depth) throws JsonException {
    if (depth > MAX_DEPTH) {
      throw error("nested more than " + MAX_DEPTH + " deep");
    }
    skipSpace();
    return switch (peek()) {
      case '{' -> members(depth);
      case '[' -> items(depth);
      case '"' -> new Json.Text(string());
      case 't' -> word("true", new Json.Truth(true));
      case 'f' -> word("false", new Json.Truth(false));
      case 'n' -> word("null", new Json.Null());
      default -> number();
    };
  }

  private Json members(int depth) throws JsonException {
    SequencedMap<String, Json> values = new LinkedHashMap<>();
    position++;
    skipSpace();
    if (accept('}')) {
      return new Json.Members(values);
    }
    do {
      skipSpace();
      int start = position;
      String key = string();
      skipSpace();
      expect(':');
      if (values.putIfAbsent(key, value(depth + 1)) != null) {
        throw new JsonException(
            start, "the key " + Names.quote(key) + " stands twice in one object");
      }
      skipSpace();
    } while (accept(','));
    expect('}');
    return new Json.Members(values);
  }

  private Json items(int depth) throws JsonException {
    List<Json> values = new ArrayList<>();
    position++;
    skipSpace();
    if (accept(']')) {
      return new Json.Items(values);
    }
    do {
      values.add(value(depth + 1));
      skipSpace();
    } while (accept(','));
    expect(']');
    return new Json.Items(values);
  }

  private Json word(String word, Json value) throws JsonException {
    if (!text.startsWith(word, position)) {
      throw error("unexpected " + here());
    }
    position += word.length();
    return value;
  }

  private Json number() throws JsonException {
    int start = position;
    accept('-');
    if (!accept('0')) {
      digits("a value");
    }
    if (accept('.')) {
      digits("a digit");
    }
    if (accept('e') || accept('E')) {
      if (!accept('+')) {
        accept('-');
      }
      digits("a digit");
    }
    return new Json.Number(text.substring(start, position));
  }

  private void digits(String wanted) throws JsonException {
    int start = position;
    while (peek() >= '0' && peek() <= '9') {
      position++;
    }
    if (position == start) {
      throw error("expected " + wanted + ", found " + here());
    }
  }

  private String string() throws JsonException {
    expect('"');
    int start = position;
    StringBuilder value = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        checkSurrogates(value, start);
        return value.toString();
      }
      if (c < 0x20) {
        position--;
        throw error("a string holds the bare control character " + here());
      }
      value.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() throws JsonException {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          code = code << 4 | hexDigit(next());
        }
        yield (char) code;
      }
      default -> {
        position--;
        throw error("there is no escape \\ with " + here());
      }
    };
  }

  private int hexDigit(char c) throws JsonException {
    int digit = c < 128 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      position--;
      throw error("expected a hexadecimal digit, found " + here());
    }
    return digit;
  }

  private static void checkSurrogates(CharSequence value, int start) throws JsonException {
    if (!isWellFormed(value)) {
      throw new JsonException(start, "a string holds half a surrogate pair");
    }
  }

  /** Whether all surrogates come in pairs, so that the text has a form in UTF-8. */
  static boolean isWellFormed(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isHighSurrogate(text.charAt(i))) {
        i++;
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      } else if (Character.isLowSurrogate(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private void skipSpace() {
    while (position < text.length() && " \t\n\r".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  /** The character at the position, or NUL, which is no part of JSON's grammar, at the end. */
  private char peek() {
    return position < text.length() ? text.charAt(position) : 0;
  }

  private char next() throws JsonException {
    if (position == text.length()) {
      throw error("the text ends inside a string");
    }
    return text.charAt(position++);
  }

  private boolean accept(char c) {
    boolean found = position < text.length() && text.charAt(position) == c;
    if (found) {
      position++;
    }
    return found;
  }

  private void expect(char c) throws JsonException {
    if (!accept(c)) {
      throw error("expected '" + c + "', found " + here());
    }
  }

  private String here() {
    if (position >= text.length()) {
      return "the end of the text";
    }
    char c = text.charAt(position);
    return c > 0x20 && c < 0x7f ? "'" + c + "'" : "U+%04X".formatted((int) c);
  }

  private JsonException error(String problem) {
    return new JsonException(position, problem);
  }
}
