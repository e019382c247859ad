package dev.simoom.models.text;

/**
 * Encodes with one {@link Tokenizer} and remembers the tokens of words already met. Not for use by
 * two threads at once.
 */
public abstract sealed class TokenEncoder permits BytePairEncoder, PretrainedEncoder {
  TokenEncoder() {}

  /** The tokens of a text in UTF-8, without a separator before it. */
  public final int[] encode(byte[] text) {
    IntList ids = new IntList(text.length / 3);
    encode(text, ids);
    return ids.toArray();
  }

  /** Appends the tokens of a text. */
  abstract void encode(byte[] text, IntList ids);
}
