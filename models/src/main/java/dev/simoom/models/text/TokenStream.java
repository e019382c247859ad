package dev.simoom.models.text;

import java.util.List;

/**
 * Encoded documents in one row, with the tokenizer's separator before each, so that every token of
 * text, the first of a document too, has something before it to be predicted from.
 */
public final class TokenStream {
  private final int[] tokens;
  private final int[] byteLengths;

  private TokenStream(int[] tokens, int[] byteLengths) {
    this.tokens = tokens;
    this.byteLengths = byteLengths;
  }

  /** Encodes documents on some threads; the result does not depend on their number. */
  public static TokenStream encode(Tokenizer tokenizer, List<byte[]> documents, int threads) {
    List<IntList> parts =
        Parallel.overGroups(documents, threads, group -> encode(tokenizer, group));
    int[] tokens = new int[parts.stream().mapToInt(IntList::size).sum()];
    int at = 0;
    for (IntList part : parts) {
      part.copyTo(tokens, at);
      at += part.size();
    }
    int[] byteLengths = new int[tokenizer.vocabularySize()];
    for (int id = 0; id < byteLengths.length; id++) {
      byteLengths[id] = tokenizer.byteLength(id);
    }
    return new TokenStream(tokens, byteLengths);
  }

  private static IntList encode(Tokenizer tokenizer, List<byte[]> documents) {
    TokenEncoder encoder = tokenizer.encoder();
    IntList ids = new IntList(1 << 16);
    for (byte[] document : documents) {
      ids.add(tokenizer.separator());
      encoder.encode(document, ids);
    }
    return ids;
  }

  /** The number of tokens, separators included. */
  public int size() {
    return tokens.length;
  }

  /** The token at an index. */
  public int token(int index) {
    return tokens[index];
  }

  /** The tokens [from, from + length), in a new array. */
  public int[] tokens(int from, int length) {
    int[] window = new int[length];
    copy(from, length, window, 0);
    return window;
  }

  /** The number of text bytes that the tokens [from, to) stand for; separators stand for none. */
  public long bytes(int from, int to) {
    long bytes = 0;
    for (int i = from; i < to; i++) {
      bytes += byteLengths[tokens[i]];
    }
    return bytes;
  }

  void copy(int from, int length, int[] target, int at) {
    System.arraycopy(tokens, from, target, at, length);
  }
}
