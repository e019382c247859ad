package dev.simoom.models.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A JSON file about a tokenizer, and the complaints about it. */
final class TokenizerFile {
  /** Names of fields are tokens here, each used once: nothing to be shared. */
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path path;
  private final ObjectNode root;

  private TokenizerFile(Path path) throws IOException {
    this.path = path;
    try (InputStream in = Files.newInputStream(path)) {
      JsonNode tree = JSON.readTree(in);
      require(tree.isObject(), "not a JSON object");
      root = (ObjectNode) tree;
    } catch (JsonProcessingException e) {
      throw new TokenizerFileException(path, "not JSON: " + e.getOriginalMessage(), e);
    } catch (CharConversionException e) {
      throw new TokenizerFileException(path, "not JSON: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws TokenizerFileException if it is not a JSON object
   */
  static TokenizerFile read(Path path) throws IOException {
    return new TokenizerFile(path);
  }

  ObjectNode root() {
    return root;
  }

  /** The value of a field that is true or false, or what it is taken for where it is not there. */
  boolean flag(JsonNode node, String field, boolean absent) throws TokenizerFileException {
    JsonNode value = node.path(field);
    if (value.isMissingNode()) {
      return absent;
    }
    if (!value.isBoolean()) {
      throw wrong("%s is %s but must be true or false".formatted(field, shown(value)));
    }
    return value.booleanValue();
  }

  /** The type that a step says it has. */
  static String type(JsonNode step) {
    return step.isNull() || step.isMissingNode() ? "missing" : shown(step.path("type"));
  }

  /** A value in a message: text as it is, the beginning of what is long. */
  static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "missing" : value.asText();
    text = text.isEmpty() ? value.toString() : text;
    return shortened(text);
  }

  /** The beginning of what is too long for a message. */
  static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  /** The two tokens that a merge joins, as they are written. */
  record Merge(String left, String right) {}

  /** A merge, written as "a b" or as a pair. */
  Merge merge(JsonNode merges, int rank) throws TokenizerFileException {
    JsonNode merge = merges.get(rank);
    if (merge.isArray() && merge.size() == 2) {
      return new Merge(merge.get(0).asText(), merge.get(1).asText());
    }
    String pair = merge.asText();
    int space = pair.indexOf(' ');
    if (space < 0 || pair.indexOf(' ', space + 1) >= 0) {
      throw wrong(merges, rank, "is not a pair");
    }
    return new Merge(pair.substring(0, space), pair.substring(space + 1));
  }

  TokenizerFileException wrong(JsonNode merges, int rank, String problem) {
    String merge = merges.get(rank).toString();
    return wrong("merge %d, %s, %s".formatted(rank, shortened(merge), problem));
  }

  void require(boolean condition, String problem) throws TokenizerFileException {
    if (!condition) {
      throw wrong(problem);
    }
  }

  TokenizerFileException wrong(String problem) {
    return new TokenizerFileException(path, problem);
  }
}
