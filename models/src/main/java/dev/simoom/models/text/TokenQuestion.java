package dev.simoom.models.text;

import java.util.function.IntPredicate;

/**
 * Questions with the answer yes or no about a token of a text. They need no labels but the text
 * itself and no language: they ask for white space, letters, case, digits, brackets, lines and what
 * was there before. The first ones are about the token, then those about what came before it, then
 * those about the token that follows.
 *
 * <p>White space, letters and digits are what Unicode calls so; half a character, which a
 * byte-level token may hold, is none of them.
 */
public enum TokenQuestion {
  /** It begins with white space. */
  SPACE_FIRST((w, t) -> first(w, t, Character::isWhitespace)),
  /** It is white space and nothing else. */
  ALL_SPACE((w, t) -> all(w, t, Character::isWhitespace)),
  /** It ends a line. */
  LINE_END((w, t) -> w.text(t).indexOf('\n') >= 0),
  /** Its first character that is not white space is a capital. */
  CAPITAL((w, t) -> capital(w, t)),
  /** It is letters, with or without a space before them. */
  WORD((w, t) -> word(w, t)),
  /** It has a digit. */
  DIGIT((w, t) -> any(w, t, Character::isDigit)),
  /** It has neither letters nor digits nor white space. */
  PUNCTUATION((w, t) -> punctuation(w, t)),
  /** It is one character. */
  SHORT((w, t) -> length(w, t) == 1),
  /** It is five characters or more. */
  LONG((w, t) -> length(w, t) >= 5),
  /** It goes on with the word that the token before it ended in. */
  IN_WORD((w, t) -> continued(w, t)),
  /** It is the first of a line. */
  LINE_START((w, t) -> t > 0 && (w.lineLength(t - 1) == 0)),
  /** The token before it is punctuation. */
  AFTER_PUNCTUATION((w, t) -> t > 0 && punctuation(w, t - 1)),
  /** The token before it ends in white space. */
  AFTER_SPACE((w, t) -> t > 0 && last(w, t - 1, Character::isWhitespace)),
  /** The token before it is the same. */
  DOUBLED((w, t) -> t > 0 && w.token(t) == w.token(t - 1)),
  /** It was in the window before. */
  SEEN((w, t) -> w.has(w.token(t), t)),
  /** It and the token before it stood side by side in the window before. */
  PAIR_SEEN((w, t) -> t > 0 && w.has(w.token(t - 1), w.token(t), t)),
  /** It is inside round brackets that the window opened. */
  IN_ROUND_BRACKETS((w, t) -> w.rounds(t) > 0),
  /** It is inside two or more of these. */
  IN_NESTED_BRACKETS((w, t) -> w.rounds(t) > 1),
  /** It is inside square or curly brackets that the window opened. */
  IN_OTHER_BRACKETS((w, t) -> w.brackets(t) > 0),
  /** It is inside double quotes. */
  IN_QUOTES((w, t) -> w.isQuoted(t)),
  /** It is on a line that begins with a space or a tab. */
  INDENTED((w, t) -> w.isIndented(t)),
  /** It is beyond the 40th character of its line. */
  FAR_IN_LINE((w, t) -> w.lineLength(t) > 40),
  /** The next token begins with white space. */
  NEXT_SPACE_FIRST((w, t) -> first(w, t + 1, Character::isWhitespace)),
  /** The next token's first character that is not white space is a capital. */
  NEXT_CAPITAL((w, t) -> capital(w, t + 1)),
  /** The next token begins with a digit. */
  NEXT_DIGIT((w, t) -> first(w, t + 1, Character::isDigit)),
  /** The next token is punctuation. */
  NEXT_PUNCTUATION((w, t) -> punctuation(w, t + 1)),
  /** The next token ends a line. */
  NEXT_LINE_END((w, t) -> w.text(t + 1).indexOf('\n') >= 0),
  /** The next token closes a bracket of any kind. */
  NEXT_CLOSES((w, t) -> any(w, t + 1, c -> c == ')' || c == ']' || c == '}')),
  /** The word goes on in the next token. */
  NEXT_IN_WORD((w, t) -> continued(w, t + 1)),
  /** The next token is in the window already. */
  NEXT_SEEN((w, t) -> w.has(w.token(t + 1), t + 1));

  /** The answer for a token of a window that has a next one. */
  private interface Answer {
    boolean at(ReadWindow window, int token);
  }

  private final Answer answer;

  TokenQuestion(Answer answer) {
    this.answer = answer;
  }

  /**
   * The answer.
   *
   * @param at the token of the window, which must not be its last
   * @throws IndexOutOfBoundsException if it is the last, or not in the window
   */
  public boolean isTrue(ReadWindow window, int at) {
    if (at < 0 || at > window.length() - 2) {
      throw new IndexOutOfBoundsException(
          "token %d of a window of %d: it must be one that has a next one"
              .formatted(at, window.length()));
    }
    return answer.at(window, at);
  }

  private static int length(ReadWindow window, int at) {
    String text = window.text(at);
    return text.codePointCount(0, text.length());
  }

  private static boolean first(ReadWindow window, int at, IntPredicate kind) {
    String text = window.text(at);
    return !text.isEmpty() && kind.test(text.codePointAt(0));
  }

  private static boolean last(ReadWindow window, int at, IntPredicate kind) {
    String text = window.text(at);
    return !text.isEmpty() && kind.test(text.codePointBefore(text.length()));
  }

  private static boolean any(ReadWindow window, int at, IntPredicate kind) {
    return window.text(at).codePoints().anyMatch(kind);
  }

  private static boolean all(ReadWindow window, int at, IntPredicate kind) {
    String text = window.text(at);
    return !text.isEmpty() && text.codePoints().allMatch(kind);
  }

  private static boolean capital(ReadWindow window, int at) {
    String text = window.text(at).stripLeading();
    return !text.isEmpty() && Character.isUpperCase(text.codePointAt(0));
  }

  private static boolean word(ReadWindow window, int at) {
    String text = window.text(at).stripLeading();
    return !text.isEmpty() && text.codePoints().allMatch(Character::isLetter);
  }

  private static boolean punctuation(ReadWindow window, int at) {
    return all(window, at, TokenQuestion::isMark);
  }

  private static boolean isMark(int character) {
    return !Character.isLetterOrDigit(character)
        && !Character.isWhitespace(character)
        && Character.getType(character) != Character.SURROGATE;
  }

  private static boolean continued(ReadWindow window, int at) {
    return at > 0
        && first(window, at, Character::isLetter)
        && last(window, at - 1, Character::isLetter);
  }
}
