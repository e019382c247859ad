package dev.simoom.models.text;

import java.util.List;

/**
 * A window of tokens, read from its first to its last: what a reader who sees no more than the
 * window knows after each token. A token without text, which stands between documents, ends the
 * line and closes what is open.
 */
public final class ReadWindow {
  private final int[] tokens;
  private final List<String> texts;
  private final int[] lineLength;
  private final int[] rounds;
  private final int[] brackets;
  private final boolean[] quoted;
  private final boolean[] indented;

  /**
   * Reads a window.
   *
   * @param tokens the window
   * @param texts the text of each token of the vocabulary
   */
  public ReadWindow(int[] tokens, List<String> texts) {
    this.tokens = tokens.clone();
    this.texts = texts;
    lineLength = new int[tokens.length];
    rounds = new int[tokens.length];
    brackets = new int[tokens.length];
    quoted = new boolean[tokens.length];
    indented = new boolean[tokens.length];
    Line line = new Line();
    for (int i = 0; i < tokens.length; i++) {
      if (text(i).isEmpty()) {
        line = new Line();
        line.begin();
      }
      text(i).codePoints().forEach(line::read);
      lineLength[i] = line.length;
      rounds[i] = line.rounds;
      brackets[i] = line.brackets;
      quoted[i] = line.quoted;
      indented[i] = line.indented;
    }
  }

  /** What is open while characters are read. */
  private static final class Line {
    private int length;
    private int rounds;
    private int brackets;
    private boolean quoted;
    private boolean indented;
    private boolean begun;

    void begin() {
      begun = true;
      length = 0;
      quoted = false;
      indented = false;
    }

    void read(int character) {
      switch (character) {
        case '\n' -> {
          begin();
          return;
        }
        case '(' -> rounds++;
        case ')' -> rounds = Math.max(0, rounds - 1);
        case '[', '{' -> brackets++;
        case ']', '}' -> brackets = Math.max(0, brackets - 1);
        case '"' -> quoted = !quoted;
        default -> {}
      }
      indented |= begun && length == 0 && (character == ' ' || character == '\t');
      length++;
    }
  }

  /** Tokens in it. */
  int length() {
    return tokens.length;
  }

  int token(int at) {
    return tokens[at];
  }

  String text(int at) {
    return texts.get(tokens[at]);
  }

  /** Characters since the last line end, or since the window began. */
  int lineLength(int at) {
    return lineLength[at];
  }

  /** Round brackets opened in the window and not closed. */
  int rounds(int at) {
    return rounds[at];
  }

  /** Square and curly brackets opened in the window and not closed. */
  int brackets(int at) {
    return brackets[at];
  }

  /** Whether the line has an odd number of double quotes so far. */
  boolean isQuoted(int at) {
    return quoted[at];
  }

  /** Whether the line is known to begin with a space or a tab. */
  boolean isIndented(int at) {
    return indented[at];
  }

  /** Whether the token is in the window before {@code end}. */
  boolean has(int token, int end) {
    for (int i = 0; i < end; i++) {
      if (tokens[i] == token) {
        return true;
      }
    }
    return false;
  }

  /** Whether two tokens stand side by side in the window before {@code end}. */
  boolean has(int first, int second, int end) {
    for (int i = 1; i < end; i++) {
      if (tokens[i - 1] == first && tokens[i] == second) {
        return true;
      }
    }
    return false;
  }
}
