package dev.simoom.tensor.npy;

import dev.simoom.tensor.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dictionary of a header, a Python literal with exactly the keys {@code descr}, {@code
 * fortran_order} and {@code shape}, in any order.
 */
final class NpyDictionary {
  private static final int LONGEST_QUOTE = 200;

  /** More digits than this may not fit into a long. */
  private static final int MAX_DIGITS = 18;

  private final String name;
  private final String text;
  private int position;
  private @Nullable NpyType type;
  private @Nullable Boolean columnsFirst;
  private @Nullable Shape shape;

  NpyDictionary(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /**
   * Reads the whole text.
   *
   * @param bytes of the header, where the elements begin
   */
  NpyHeader header(long bytes) throws NpyException {
    expect('{');
    while (!accept('}')) {
      entry();
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skipSpace();
    if (position < text.length()) {
      throw error("more follows the dictionary");
    }
    if (type == null || columnsFirst == null || shape == null) {
      throw error("it lacks one of descr, fortran_order and shape");
    }
    return new NpyHeader(type, columnsFirst, shape, bytes);
  }

  private void entry() throws NpyException {
    String key = string();
    expect(':');
    switch (key) {
      case "descr" -> {
        requireFirst(type, key);
        type = type();
      }
      case "fortran_order" -> {
        requireFirst(columnsFirst, key);
        columnsFirst = truth();
      }
      case "shape" -> {
        requireFirst(shape, key);
        shape = shape(tuple());
      }
      default -> throw error("it has an unknown key");
    }
  }

  private void requireFirst(@Nullable Object value, String key) throws NpyException {
    if (value != null) {
      throw error(key + " stands twice");
    }
  }

  private NpyType type() throws NpyException {
    skipSpace();
    if (text.startsWith("[", position) || text.startsWith("(", position)) {
      throw new NpyException(
          name,
          "has structured elements, which are not read: save its fields as arrays of their own");
    }
    return NpyType.of(name, string());
  }

  private boolean truth() throws NpyException {
    skipSpace();
    for (String word : new String[] {"True", "False"}) {
      if (text.startsWith(word, position)) {
        position += word.length();
        return word.equals("True");
      }
    }
    throw error("fortran_order is neither True nor False");
  }

  private Shape shape(long[] extents) throws NpyException {
    try {
      return Shape.of(extents);
    } catch (IllegalArgumentException e) {
      throw new NpyException(name, e.getMessage());
    }
  }

  private long[] tuple() throws NpyException {
    expect('(');
    long[] extents = new long[4];
    int rank = 0;
    while (!accept(')')) {
      if (rank == extents.length) {
        extents = Arrays.copyOf(extents, 2 * rank);
      }
      extents[rank++] = number();
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return Arrays.copyOf(extents, rank);
  }

  private long number() throws NpyException {
    skipSpace();
    int start = position;
    while (position < text.length()
        && text.charAt(position) >= '0'
        && text.charAt(position) <= '9') {
      position++;
    }
    if (position == start || position - start > MAX_DIGITS) {
      throw error("its shape holds something that is not a whole number from 0 to 10^18");
    }
    long value = Long.parseLong(text, start, position, 10);
    // Python 2 wrote an L behind each.
    accept('L');
    return value;
  }

  private String string() throws NpyException {
    skipSpace();
    char quote = position < text.length() ? text.charAt(position) : ' ';
    int end = quote == '\'' || quote == '"' ? text.indexOf(quote, position + 1) : -1;
    if (end < 0) {
      throw error("a quoted string is missing");
    }
    String value = text.substring(position + 1, end);
    position = end + 1;
    if (value.length() > LONGEST_QUOTE) {
      throw error("a string is too long");
    }
    return value;
  }

  private void expect(char c) throws NpyException {
    if (!accept(c)) {
      throw error("expected '" + c + "'");
    }
  }

  private boolean accept(char c) {
    skipSpace();
    boolean found = position < text.length() && text.charAt(position) == c;
    if (found) {
      position++;
    }
    return found;
  }

  private void skipSpace() {
    while (position < text.length() && " \t\n\r".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private NpyException error(String problem) {
    String start = text.substring(0, Math.min(LONGEST_QUOTE, text.length())).strip();
    return new NpyException(
        name,
        "the header does not tell type, order and shape: %s at character %d of %s"
            .formatted(problem, position, start));
  }
}
