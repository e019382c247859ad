package dev.simoom.models.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A {@link BytePairEncoding} as a tokenizer.json of the Hugging Face tokenizers library: a BPE
 * model over the byte-level alphabet, in which each byte is a printable character, a Split by
 * {@link PreTokenizer#PATTERN}, and a ByteLevel decoder.
 */
final class TokenizerJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TokenizerFile file;

  private TokenizerJson(TokenizerFile file) {
    this.file = file;
  }

  static void write(BytePairEncoding encoding, Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
    try {
      byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree(encoding));
      Files.write(temporary, json);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  static BytePairEncoding read(Path file) throws IOException {
    return new TokenizerJson(TokenizerFile.read(file)).read();
  }

  private static ObjectNode tree(BytePairEncoding encoding) {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    root.putNull("truncation").putNull("padding");
    root.putArray("added_tokens")
        .addObject()
        .put("id", BytePairEncoding.END_OF_TEXT_ID)
        .put("content", BytePairEncoding.END_OF_TEXT)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
    root.putNull("normalizer");
    ArrayNode steps =
        root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", PreTokenizer.PATTERN);
    split.put("behavior", "Isolated").put("invert", false);
    putByteLevel(steps.addObject());
    root.putNull("post_processor");
    putByteLevel(root.putObject("decoder"));
    putModel(root.putObject("model"), encoding);
    return root;
  }

  private static void putByteLevel(ObjectNode node) {
    node.put("type", "ByteLevel").put("add_prefix_space", false);
    node.put("trim_offsets", true).put("use_regex", false);
  }

  private static void putModel(ObjectNode model, BytePairEncoding encoding) {
    model.put("type", "BPE").putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < encoding.vocabularySize(); id++) {
      vocabulary.put(name(encoding, id), id);
    }
    ArrayNode merges = model.putArray("merges");
    for (int merge : encoding.merges()) {
      merges
          .addArray()
          .add(name(encoding, BytePairEncoding.left(merge)))
          .add(name(encoding, BytePairEncoding.right(merge)));
    }
  }

  private static String name(BytePairEncoding encoding, int id) {
    return id == BytePairEncoding.END_OF_TEXT_ID
        ? BytePairEncoding.END_OF_TEXT
        : ByteAlphabet.text(encoding.token(id));
  }

  private BytePairEncoding read() throws TokenizerFileException {
    JsonNode root = file.root();
    JsonNode model = root.path("model");
    String type = model.path("type").asText("missing");
    require(type.equals("BPE"), "model.type is " + type + " but must be BPE");
    requireSamePreTokenizer(root.path("pre_tokenizer"));
    Map<String, Integer> ids = vocabulary(model.path("vocab"));
    byte[][] tokens = tokens(ids);
    return new BytePairEncoding(tokens, merges(model.path("merges"), ids, tokens));
  }

  /**
   * The scanner is fixed, so a file that asks for another way of cutting text would be read wrongly
   * without a word.
   */
  private void requireSamePreTokenizer(JsonNode node) throws TokenizerFileException {
    String pattern = node.at("/pretokenizers/0/pattern/Regex").asText("missing");
    require(
        pattern.equals(PreTokenizer.PATTERN),
        "pre_tokenizer's Split pattern is %s but must be %s"
            .formatted(pattern, PreTokenizer.PATTERN));
    String second = node.at("/pretokenizers/1/type").asText("missing");
    require(
        second.equals("ByteLevel"),
        "pre_tokenizer's second step is " + second + " but must be ByteLevel");
  }

  private Map<String, Integer> vocabulary(JsonNode node) throws TokenizerFileException {
    int size = node.size();
    require(
        node.isObject()
            && size >= BytePairEncoding.MIN_VOCABULARY
            && size <= BytePairEncoding.MAX_VOCABULARY,
        "model.vocab has %d tokens but must have %d to %d"
            .formatted(size, BytePairEncoding.MIN_VOCABULARY, BytePairEncoding.MAX_VOCABULARY));
    Map<String, Integer> ids = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      int id = entry.getValue().isInt() ? entry.getValue().intValue() : -1;
      if (id < 0 || id >= size) {
        throw file.wrong(
            "token '%s' has id %s but ids must be 0 to %d"
                .formatted(entry.getKey(), entry.getValue(), size - 1));
      }
      ids.put(entry.getKey(), id);
    }
    return ids;
  }

  private byte[][] tokens(Map<String, Integer> ids) throws TokenizerFileException {
    byte[][] tokens = new byte[ids.size()][];
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      boolean separator = entry.getKey().equals(BytePairEncoding.END_OF_TEXT);
      byte[] bytes = separator ? new byte[0] : ByteAlphabet.bytes(entry.getKey());
      int id = entry.getValue();
      if (bytes == null) {
        throw file.wrong(
            "token '%s' has characters outside the byte-level alphabet".formatted(entry.getKey()));
      }
      if (tokens[id] != null) {
        throw file.wrong("two tokens have id " + id);
      }
      tokens[id] = bytes;
    }
    for (int b = 0; b < 256; b++) {
      if (tokens[b].length != 1 || (tokens[b][0] & 0xFF) != b) {
        throw file.wrong(
            "token %d must be the byte 0x%02X, '%s'"
                .formatted(b, b, ByteAlphabet.text(new byte[] {(byte) b})));
      }
    }
    require(
        tokens[BytePairEncoding.END_OF_TEXT_ID].length == 0,
        "token %d must be %s"
            .formatted(BytePairEncoding.END_OF_TEXT_ID, BytePairEncoding.END_OF_TEXT));
    return tokens;
  }

  private int[] merges(JsonNode node, Map<String, Integer> ids, byte[][] tokens)
      throws TokenizerFileException {
    require(node.isArray(), "model.merges must be an array");
    int[] merges = new int[node.size()];
    Set<Integer> made = new HashSet<>();
    Set<Integer> seen = new HashSet<>();
    for (int rank = 0; rank < merges.length; rank++) {
      TokenizerFile.Merge merge = file.merge(node, rank);
      Integer left = ids.get(merge.left());
      Integer right = ids.get(merge.right());
      Integer result = ids.get(merge.left() + merge.right());
      if (left == null || right == null || result == null) {
        throw file.wrong(node, rank, "needs a token that model.vocab lacks");
      }
      if (tokens[left].length == 0 || tokens[right].length == 0 || tokens[result].length == 0) {
        throw file.wrong(node, rank, "uses " + BytePairEncoding.END_OF_TEXT);
      }
      merges[rank] = BytePairEncoding.pair(left, right);
      if (!seen.add(merges[rank])) {
        throw file.wrong(node, rank, "is there twice");
      }
      made.add(result);
    }
    for (int id = BytePairEncoding.MIN_VOCABULARY; id < tokens.length; id++) {
      if (!made.contains(id)) {
        throw file.wrong(
            "no merge makes token %d, '%s'".formatted(id, ByteAlphabet.text(tokens[id])));
      }
    }
    return merges;
  }

  private void require(boolean condition, String problem) throws TokenizerFileException {
    file.require(condition, problem);
  }
}
