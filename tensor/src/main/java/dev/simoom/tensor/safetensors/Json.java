package dev.simoom.tensor.safetensors;

import java.util.List;
import java.util.SequencedMap;

/** A JSON value. */
sealed interface Json {
  /** Members in the order of the text. */
  record Members(SequencedMap<String, Json> values) implements Json {}

  /** Values in order. */
  record Items(List<Json> values) implements Json {}

  /** A string, its escapes resolved. */
  record Text(String value) implements Json {}

  /** A number as written. */
  record Number(String literal) implements Json {}

  /** {@code true} or {@code false}. */
  record Truth(boolean value) implements Json {}

  /** {@code null}. */
  record Null() implements Json {}

  /** A string as a JSON literal, with escapes only where the grammar asks for them. */
  static String quote(String value) {
    StringBuilder text = new StringBuilder(value.length() + 2).append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < 0x20) {
            text.append("\\u00").append(Character.forDigit(c >> 4, 16));
            text.append(Character.forDigit(c & 15, 16));
          } else {
            text.append(c);
          }
        }
      }
    }
    return text.append('"').toString();
  }
}
