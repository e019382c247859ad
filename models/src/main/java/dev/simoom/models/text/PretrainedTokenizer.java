package dev.simoom.models.text;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a published language model: byte-level byte-pair encoding of the Hugging Face
 * tokenizers library, as GPT-2, SmolLM, Llama 3 and Qwen 2, 2.5 and 3 have it. Its tokens are those
 * that the library gives where special tokens are not added to a text; truncation and padding that
 * a file asks for are left out.
 *
 * <p>Added tokens are found in a text: {@code <|endoftext|>} in it becomes that token.
 *
 * <p>Tokens decode to the bytes of the text, with these exceptions. In a text that is no UTF-8, the
 * character U+FFFD takes the place of each malformed sequence, and a question mark that of half a
 * surrogate pair in a string. Some tokenizers bring text to form NFC, or put a space before it, or
 * have added tokens that take the white space around them. The separator has no bytes.
 */
public final class PretrainedTokenizer implements Tokenizer {
  private final byte @Nullable [][] tokens;
  private final int size;
  private final int separator;
  private final TextSteps steps;
  private final MergeTable merges;

  /**
   * A tokenizer.
   *
   * @param tokens the bytes of each token; null where an id has none
   */
  PretrainedTokenizer(
      byte @Nullable [][] tokens, int separator, TextSteps steps, MergeTable merges) {
    this(tokens, tokens.length, separator, steps, merges);
  }

  private PretrainedTokenizer(
      byte @Nullable [][] tokens, int size, int separator, TextSteps steps, MergeTable merges) {
    this.tokens = tokens;
    this.size = size;
    this.separator = separator;
    this.steps = steps;
    this.merges = merges;
  }

  /**
   * Reads the tokenizer.json of a model, and the tokenizer_config.json beside it, where there is
   * one.
   *
   * @param path the file, or the folder that it is in
   * @throws TokenizerFileException if a file is broken, or asks for what is not supported; the
   *     message says what
   * @throws IOException if a file cannot be read
   */
  public static PretrainedTokenizer load(Path path) throws IOException {
    return PretrainedJson.read(path);
  }

  /**
   * The same tokenizer with more ids, which have no tokens: models often have logits for more ids
   * than their tokenizer knows.
   *
   * @throws IllegalArgumentException if the tokenizer has ids beyond that
   */
  public PretrainedTokenizer padded(int vocabularySize) {
    if (vocabularySize < tokens.length) {
      throw new IllegalArgumentException(
          "the tokenizer has ids up to %d, but the model's vocabulary has %d: they do not belong together"
              .formatted(tokens.length - 1, vocabularySize));
    }
    return new PretrainedTokenizer(tokens, vocabularySize, separator, steps, merges);
  }

  @Override
  public int vocabularySize() {
    return size;
  }

  /**
   * The token that the tokenizer itself puts before a text, else {@code <|endoftext|>}, else the
   * one at the end of texts.
   */
  @Override
  public int separator() {
    return separator;
  }

  @Override
  public TokenEncoder encoder() {
    return new PretrainedEncoder(steps, merges);
  }

  @Override
  public byte[] decode(int... ids) {
    int length = 0;
    for (int id : ids) {
      length += byteLength(id);
    }
    byte[] text = new byte[length];
    int at = 0;
    for (int id : ids) {
      byte[] bytes = bytes(id);
      int count = byteLength(id);
      if (bytes != null && count > 0) {
        System.arraycopy(bytes, 0, text, at, count);
        at += count;
      }
    }
    return text;
  }

  @Override
  public int byteLength(int id) {
    byte[] bytes = bytes(id);
    return bytes == null || id == separator ? 0 : bytes.length;
  }

  /** A token in printable form; {@code [no token 5]} where id 5 has none. */
  @Override
  public String tokenText(int id) {
    byte[] bytes = bytes(id);
    return bytes == null ? "[no token " + id + "]" : PrintableBytes.text(bytes);
  }

  private byte @Nullable [] bytes(int id) {
    if (id < 0 || id >= size) {
      throw new IllegalArgumentException(
          "token id is %d but the vocabulary has ids 0 to %d".formatted(id, size - 1));
    }
    return id < tokens.length ? tokens[id] : null;
  }
}
