package dev.simoom.models.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A byte-level byte-pair encoding (Sennrich, Haddow and Birch, "Neural machine translation of rare
 * words with subword units", 2016; on bytes as in Radford et al., "Language models are unsupervised
 * multitask learners", 2019).
 *
 * <p>Tokens 0 to 255 are the bytes, so any byte sequence, UTF-8 or not, encodes and decodes back
 * exactly. Token 256 is {@link #END_OF_TEXT}; it separates documents and never comes out of {@link
 * #encode}. The tokens above it come from merges. Instances do not change and may be shared between
 * threads.
 */
public final class BytePairEncoding implements Tokenizer {
  /** How the token that separates documents is written. */
  public static final String END_OF_TEXT = "<|endoftext|>";

  /** The id of the token that separates documents. */
  public static final int END_OF_TEXT_ID = 256;

  /** The bytes and the separator: the least vocabulary there is. */
  public static final int MIN_VOCABULARY = 257;

  /** Ids fit 16 bits. */
  public static final int MAX_VOCABULARY = 1 << 16;

  private final byte[][] tokens;
  private final int[] merges;
  private final MergeTable mergeTable;

  /**
   * An encoding with these tokens and these merges, first merge first, each a {@link #pair} whose
   * joined bytes are a token.
   */
  BytePairEncoding(byte[][] tokens, int[] merges) {
    this.tokens = tokens;
    this.merges = merges;
    mergeTable = new MergeTable(IntStream.range(0, 256).toArray(), merges.length, null);
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < tokens.length; id++) {
      if (id != END_OF_TEXT_ID) {
        ids.put(latin1(tokens[id]), id);
      }
    }
    for (int merge : merges) {
      byte[] joined = join(tokens[left(merge)], tokens[right(merge)]);
      mergeTable.add(left(merge), right(merge), ids.get(latin1(joined)));
    }
  }

  /**
   * Learns an encoding from documents. The result depends on the documents and the vocabulary size
   * alone.
   *
   * @param vocabularySize the number of tokens wanted, {@value #MIN_VOCABULARY} to {@value
   *     #MAX_VOCABULARY}; the result has fewer when no pair of tokens is left that occurs twice
   * @param threads the number of threads that count pieces of text
   * @throws IllegalArgumentException if the vocabulary size is out of range
   */
  public static BytePairEncoding train(List<byte[]> documents, int vocabularySize, int threads) {
    if (vocabularySize < MIN_VOCABULARY || vocabularySize > MAX_VOCABULARY) {
      throw new IllegalArgumentException(
          "vocabulary size is %d but must be %d to %d (256 bytes, %s, and merges)"
              .formatted(vocabularySize, MIN_VOCABULARY, MAX_VOCABULARY, END_OF_TEXT));
    }
    return BytePairTrainer.train(documents, vocabularySize, threads);
  }

  /** The number of tokens; ids run from 0 to one below it. */
  @Override
  public int vocabularySize() {
    return tokens.length;
  }

  /** {@link #END_OF_TEXT_ID}. */
  @Override
  public int separator() {
    return END_OF_TEXT_ID;
  }

  /** An encoder to which the characters {@value #END_OF_TEXT} are text like any other. */
  @Override
  public TokenEncoder encoder() {
    return new BytePairEncoder(this);
  }

  /**
   * The bytes of a sequence of tokens; {@link #END_OF_TEXT_ID} gives no bytes.
   *
   * @throws IllegalArgumentException if an id is not in the vocabulary
   */
  @Override
  public byte[] decode(int... ids) {
    int length = 0;
    for (int id : ids) {
      length += byteLength(id);
    }
    byte[] text = new byte[length];
    int at = 0;
    for (int id : ids) {
      int bytes = byteLength(id);
      System.arraycopy(tokens[id], 0, text, at, bytes);
      at += bytes;
    }
    return text;
  }

  /**
   * The number of text bytes that a token stands for; 0 for {@link #END_OF_TEXT_ID}.
   *
   * @throws IllegalArgumentException if the id is not in the vocabulary
   */
  @Override
  public int byteLength(int id) {
    if (id < 0 || id >= tokens.length) {
      throw new IllegalArgumentException(
          "token id is %d but the vocabulary has ids 0 to %d".formatted(id, tokens.length - 1));
    }
    return tokens[id].length;
  }

  @Override
  public String tokenText(int id) {
    return byteLength(id) == 0 ? END_OF_TEXT : PrintableBytes.text(tokens[id]);
  }

  /**
   * Writes the encoding as a {@code tokenizer.json} that the Hugging Face tokenizers library reads;
   * an existing file is replaced in one step.
   *
   * @throws IOException if the file cannot be written; what was there is as it was
   */
  public void save(Path file) throws IOException {
    TokenizerJson.write(this, file);
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws TokenizerFileException if the file is not such an encoding; the message says what is
   *     wrong
   * @throws IOException if the file cannot be read
   */
  public static BytePairEncoding load(Path file) throws IOException {
    return TokenizerJson.read(file);
  }

  /** The bytes of a token; not to be changed. */
  byte[] token(int id) {
    return tokens[id];
  }

  /** The merges, first one first, each a {@link #pair}; not to be changed. */
  int[] merges() {
    return merges;
  }

  MergeTable mergeTable() {
    return mergeTable;
  }

  /** The tokens that are there before any merge. */
  static List<byte[]> baseTokens() {
    List<byte[]> base = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      base.add(new byte[] {(byte) b});
    }
    base.add(new byte[0]);
    return base;
  }

  /** Two ids in one int. */
  static int pair(int left, int right) {
    return left << 16 | right;
  }

  static int left(int pair) {
    return pair >>> 16;
  }

  static int right(int pair) {
    return pair & 0xFFFF;
  }

  static byte[] join(byte[] left, byte[] right) {
    byte[] joined = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, joined, left.length, right.length);
    return joined;
  }

  /** Bytes as a key with equality by content. */
  static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
