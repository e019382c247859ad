package dev.simoom.models.pretrained;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of a config.json, or of an object in it, each checked where it is asked for. A null is
 * as good as a key that is not there.
 */
final class ConfigJson {
  /** The file's usual name. */
  static final String FILE = "config.json";

  /** No size of a model is larger, so that numbers of parameters do not overflow. */
  static final int LARGEST = 1 << 24;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final long LONGEST_FILE = 1 << 20;
  private static final int LONGEST_VALUE = 60;

  private final Path file;
  private final String prefix;
  private final JsonNode node;

  private ConfigJson(Path file, String prefix, JsonNode node) {
    this.file = file;
    this.prefix = prefix;
    this.node = node;
  }

  /**
   * Reads the file.
   *
   * @throws PretrainedException if it is none
   * @throws IOException if it cannot be read
   */
  static ConfigJson read(Path file) throws IOException {
    if (Files.size(file) > LONGEST_FILE) {
      throw new PretrainedException(
          file, "is longer than " + LONGEST_FILE + " bytes; is this a model's config.json?");
    }
    JsonNode root;
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
      root = JSON.readTree(text);
    } catch (CharacterCodingException e) {
      throw new PretrainedException(file, "is not UTF-8");
    } catch (JsonProcessingException e) {
      throw new PretrainedException(file, "is not JSON: " + e.getOriginalMessage());
    }
    if (root == null || !root.isObject()) {
      throw new PretrainedException(file, "is no JSON object");
    }
    return new ConfigJson(file, "", root);
  }

  Path folder() {
    return file.toAbsolutePath().getParent();
  }

  boolean has(String key) {
    return !node.path(key).isMissingNode() && !node.path(key).isNull();
  }

  /** A complaint about a key, to be thrown. */
  PretrainedException fault(String key, String problem) {
    return new PretrainedException(file, prefix + key, problem);
  }

  private PretrainedException unfit(String key, String wanted) {
    String value = node.path(key).toString();
    String shown =
        value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "...";
    return fault(key, has(key) ? "is " + shown + "; " + wanted : "is missing; " + wanted);
  }

  /** A whole number above 0. */
  int size(String key) throws PretrainedException {
    return size(key, LARGEST);
  }

  int size(String key, int largest) throws PretrainedException {
    JsonNode value = node.path(key);
    boolean fits = value.isInt() && value.intValue() >= 1 && value.intValue() <= largest;
    if (!fits) {
      throw unfit(key, "a whole number from 1 to " + largest + " is needed");
    }
    return value.intValue();
  }

  int sizeOr(String key, int otherwise) throws PretrainedException {
    return has(key) ? size(key) : otherwise;
  }

  /** A number above 0 and not above a million times a million. */
  double positive(String key) throws PretrainedException {
    JsonNode value = node.path(key);
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!(number > 0 && number <= 1e12)) {
      throw unfit(key, "a number above 0 is needed");
    }
    return number;
  }

  double positiveOr(String key, double otherwise) throws PretrainedException {
    return has(key) ? positive(key) : otherwise;
  }

  boolean truth(String key, boolean otherwise) throws PretrainedException {
    if (has(key) && !node.path(key).isBoolean()) {
      throw unfit(key, "true or false is needed");
    }
    return has(key) ? node.path(key).booleanValue() : otherwise;
  }

  /** What one of several words stands for; the first is meant where the key is not there. */
  <T> T word(String key, String otherwise, Map<String, T> meanings) throws PretrainedException {
    JsonNode value = node.path(key);
    if (has(key) && !value.isTextual()) {
      throw unfit(key, "a string is needed");
    }
    T meaning = meanings.get(has(key) ? value.textValue() : otherwise);
    if (meaning == null) {
      throw unfit(
          key, "we compute " + String.join(", ", meanings.keySet().stream().sorted().toList()));
    }
    return meaning;
  }

  /** Strings in order, none where the key is not there. */
  List<String> words(String key) throws PretrainedException {
    List<String> words = new ArrayList<>();
    if (has(key) && !node.path(key).isArray()) {
      throw unfit(key, "a list of strings is needed");
    }
    for (JsonNode word : node.path(key)) {
      if (!word.isTextual()) {
        throw unfit(key, "a list of strings is needed");
      }
      words.add(word.textValue());
    }
    return words;
  }

  /** An object in this one. */
  Optional<ConfigJson> object(String key) throws PretrainedException {
    if (!has(key)) {
      return Optional.empty();
    }
    if (!node.path(key).isObject()) {
      throw unfit(key, "an object is needed");
    }
    return Optional.of(new ConfigJson(file, prefix + key + ".", node.path(key)));
  }

  /**
   * Makes sure that a setting which changes the function is as we have it.
   *
   * @param ours also what is meant where the key is not there
   */
  void require(String key, boolean ours, String why) throws PretrainedException {
    if (truth(key, ours) != ours) {
      throw unfit(key, why);
    }
  }
}
