package dev.simoom.models.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tokens of a tokenizer.json, those of its model and those added, and the model's merges. */
final class PretrainedVocabulary {
  /** Ids may have holes, but no more of them than this and one for each token. */
  private static final int HOLES = 10_000;

  private final TokenizerFile file;
  private final int maxId;
  private final Map<String, Integer> modelIds = new HashMap<>();
  private final Map<String, Integer> addedIds = new HashMap<>();
  private final byte @Nullable [][] tokens;
  private final AddedTokens before = new AddedTokens();
  private final AddedTokens after = new AddedTokens();

  /**
   * Reads the tokens.
   *
   * @param composes whether text is brought to form NFC, as added tokens that ask for it are too
   */
  PretrainedVocabulary(TokenizerFile file, boolean composes) throws TokenizerFileException {
    this.file = file;
    JsonNode vocabulary = file.root().at("/model/vocab");
    JsonNode added = file.root().path("added_tokens");
    file.require(vocabulary.isObject(), "model.vocab is missing or not an object");
    file.require(
        added.isArray() || added.isNull() || added.isMissingNode(), "added_tokens is not an array");
    maxId = 2 * (vocabulary.size() + added.size()) + HOLES - 1;
    int highest = 0;
    for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
      int id = id(entry.getKey(), entry.getValue());
      modelIds.put(entry.getKey(), id);
      highest = Math.max(highest, id);
    }
    for (JsonNode token : added) {
      highest = Math.max(highest, id(content(token), token.path("id")));
    }
    tokens = new byte[highest + 1][];
    for (Map.Entry<String, Integer> entry : modelIds.entrySet()) {
      byte[] bytes = ByteAlphabet.bytes(entry.getKey());
      set(entry.getValue(), bytes == null ? utf8(entry.getKey()) : bytes);
    }
    for (JsonNode token : added) {
      add(token, composes);
    }
  }

  /** The bytes of each token; null where an id has none. */
  byte @Nullable [][] tokens() {
    return tokens;
  }

  /** The added tokens that are found in a text as it is. */
  AddedTokens before() {
    return before;
  }

  /** The added tokens that are found in a text once it is normalised. */
  AddedTokens after() {
    return after;
  }

  /** The id of a token as it is written, or -1. */
  int id(String token) {
    return addedIds.getOrDefault(token, modelIds.getOrDefault(token, -1));
  }

  private int id(String token, JsonNode id) throws TokenizerFileException {
    if (!id.isInt() || id.intValue() < 0 || id.intValue() > maxId) {
      throw file.wrong(
          "token '%s' has id %s but ids of so many tokens must be 0 to %d"
              .formatted(token, TokenizerFile.shown(id), maxId));
    }
    return id.intValue();
  }

  private String content(JsonNode token) throws TokenizerFileException {
    JsonNode content = token.path("content");
    file.require(
        content.isTextual() && !content.textValue().isEmpty(),
        "an added token has content %s but it must be text"
            .formatted(TokenizerFile.shown(content)));
    String text = content.textValue();
    file.require(
        new String(utf8(text), StandardCharsets.UTF_8).equals(text),
        "an added token has half a surrogate pair in its content");
    return text;
  }

  private void set(int id, byte[] bytes) throws TokenizerFileException {
    if (tokens[id] != null) {
      throw file.wrong("two tokens have id " + id);
    }
    tokens[id] = bytes;
  }

  private void add(JsonNode token, boolean composes) throws TokenizerFileException {
    String content = content(token);
    int id = id(content, token.path("id"));
    byte[] bytes = utf8(content);
    Integer model = modelIds.get(content);
    if (model == null) {
      set(id, bytes);
    } else {
      requireSame(content, id, model);
      tokens[id] = bytes;
    }
    boolean normalised = composes && file.flag(token, "normalized", true);
    String sought = normalised ? Normalizer.normalize(content, Normalizer.Form.NFC) : content;
    AddedTokens group = file.flag(token, "normalized", true) ? after : before;
    boolean isNew =
        group.add(
            new AddedTokens.Added(
                id,
                sought,
                file.flag(token, "single_word", false),
                file.flag(token, "lstrip", false),
                file.flag(token, "rstrip", false)));
    file.require(
        isNew && addedIds.put(content, id) == null,
        "added token '%s' is there twice".formatted(content));
  }

  private void requireSame(String content, int id, int model) throws TokenizerFileException {
    file.require(
        id == model,
        "added token '%s' has id %d but in model.vocab it has %d".formatted(content, id, model));
    byte[] bytes = ByteAlphabet.bytes(content);
    file.require(
        bytes == null || Arrays.equals(bytes, utf8(content)),
        "added token '%s' is the token of other bytes in model.vocab".formatted(content));
  }

  /** The merges of the model. */
  MergeTable merges() throws TokenizerFileException {
    int[] byteTokens = new int[256];
    for (int b = 0; b < 256; b++) {
      String name = ByteAlphabet.text(new byte[] {(byte) b});
      Integer id = modelIds.get(name);
      if (id == null) {
        throw file.wrong("model.vocab lacks '%s', the token of byte 0x%02X".formatted(name, b));
      }
      byteTokens[b] = id;
    }
    JsonNode merges = file.root().at("/model/merges");
    file.require(merges.isArray(), "model.merges is missing or not an array");
    boolean whole = file.flag(file.root().path("model"), "ignore_merges", false);
    MergeTable table = new MergeTable(byteTokens, merges.size(), whole ? wholeTokens() : null);
    for (int rank = 0; rank < merges.size(); rank++) {
      add(table, merges, rank);
    }
    return table;
  }

  private void add(MergeTable table, JsonNode merges, int rank) throws TokenizerFileException {
    TokenizerFile.Merge merge = file.merge(merges, rank);
    Integer left = modelIds.get(merge.left());
    Integer right = modelIds.get(merge.right());
    Integer result = modelIds.get(merge.left() + merge.right());
    if (left == null || right == null || result == null) {
      throw file.wrong(merges, rank, "needs a token that model.vocab lacks");
    }
    if (!table.add(left, right, result)) {
      throw file.wrong(merges, rank, "is there twice");
    }
  }

  private MergeTable.TokenTable wholeTokens() {
    MergeTable.TokenTable table = new MergeTable.TokenTable(modelIds.size());
    for (Map.Entry<String, Integer> entry : modelIds.entrySet()) {
      byte[] bytes = ByteAlphabet.bytes(entry.getKey());
      if (bytes != null) {
        table.add(bytes, entry.getValue());
      }
    }
    return table;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
