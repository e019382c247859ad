package dev.simoom.models.text;

import java.nio.charset.StandardCharsets;

/**
 * Between text and the tokens of a language model. Instances do not change and may be shared
 * between threads.
 *
 * <p>A token's bytes are the same wherever it stands, so {@code decode} of several tokens is the
 * bytes of each in turn. The separator, and ids that no token has, have no bytes.
 */
public sealed interface Tokenizer permits BytePairEncoding, PretrainedTokenizer {
  /** One more than the highest id; some ids below it may have no token. */
  int vocabularySize();

  /** The token that stands before each document. */
  int separator();

  /** A new encoder, for use by one thread at a time, which remembers the words that it has met. */
  TokenEncoder encoder();

  /** The tokens of a text in UTF-8, without a separator before it. */
  default int[] encode(byte[] text) {
    return encoder().encode(text);
  }

  /** The tokens of a text, without a separator before it. */
  default int[] encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The bytes of a sequence of tokens.
   *
   * @throws IllegalArgumentException if an id is not in the vocabulary
   */
  byte[] decode(int... ids);

  /**
   * The number of text bytes that a token stands for.
   *
   * @throws IllegalArgumentException if the id is not in the vocabulary
   */
  int byteLength(int id);

  /**
   * A token in printable form: its text, with ↵, ␍ and ⇥ for line feed, carriage return and tab,
   * and escapes such as \xE2 for other control characters and for bytes that are no whole UTF-8
   * character. Spaces stay spaces.
   *
   * @throws IllegalArgumentException if the id is not in the vocabulary
   */
  String tokenText(int id);
}
