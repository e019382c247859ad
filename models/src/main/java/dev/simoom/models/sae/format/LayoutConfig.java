package dev.simoom.models.sae.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The settings of a layout, {@code cfg.json}; complaints name the file and the key. */
final class LayoutConfig {
  static final String NAME = "cfg.json";

  private static final long MOST_BYTES = 1 << 20;
  private static final int MOST_SHOWN = 60;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;
  private final ObjectNode settings;

  private LayoutConfig(Path file, ObjectNode settings) {
    this.file = file;
    this.settings = settings;
  }

  /** Reads the settings in a folder. */
  static LayoutConfig read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (Files.size(file) > MOST_BYTES) {
      throw new SaeLayoutException(file, "is longer than settings are, 1 MiB");
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      if (JSON.readTree(bytes) instanceof ObjectNode settings) {
        return new LayoutConfig(file, settings);
      }
    } catch (JsonProcessingException e) {
      throw new SaeLayoutException(file, "is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new SaeLayoutException(file, "is not JSON in UTF-8: " + e.getMessage());
    }
    throw new SaeLayoutException(file, "should be an object of settings");
  }

  /** Writes settings to a folder. */
  static void write(Path folder, ObjectNode settings) throws IOException {
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(settings);
    Files.writeString(folder.resolve(NAME), text + "\n");
  }

  /** Settings to be filled and written. */
  static ObjectNode empty() {
    return JSON.createObjectNode();
  }

  /** Whether a setting is there and not null. */
  boolean has(String key) {
    return settings.hasNonNull(key);
  }

  /** A whole number above 0. */
  int count(String key) throws SaeLayoutException {
    return count(key, settings.path(key));
  }

  /** A whole number above 0 in an object of settings. */
  int count(String outer, String key) throws SaeLayoutException {
    return count(outer + "." + key, settings.path(outer).path(key));
  }

  private int count(String key, JsonNode value) throws SaeLayoutException {
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw wrong(key, value, "a whole number above 0");
    }
    return value.intValue();
  }

  /** A whole number at least 0, and 0 where there is none. */
  int countOrZero(String key) throws SaeLayoutException {
    JsonNode value = settings.path(key);
    boolean zero = !has(key) || value.isIntegralNumber() && value.longValue() == 0;
    return zero ? 0 : count(key);
  }

  /** A truth value, or the usual one where there is none. */
  boolean flag(String key, boolean usual) throws SaeLayoutException {
    JsonNode value = settings.path(key);
    if (has(key) && !value.isBoolean()) {
      throw wrong(key, value, "true or false");
    }
    return value.asBoolean(usual);
  }

  /** A text, or the usual one where there is none. */
  String text(String key, String usual) throws SaeLayoutException {
    JsonNode value = settings.path(key);
    if (has(key) && !value.isTextual()) {
      throw wrong(key, value, "a text");
    }
    return has(key) ? value.textValue() : usual;
  }

  /** Refuses a flag that is set. */
  void refuseSet(String key, String reason) throws SaeLayoutException {
    if (flag(key, false)) {
      throw refused(key, reason);
    }
  }

  /** A complaint about a setting that is right, but nothing for us. */
  SaeLayoutException refused(String key, String reason) {
    return new SaeLayoutException(
        file, "'%s' is %s, %s".formatted(key, shown(settings.path(key)), reason));
  }

  private SaeLayoutException wrong(String key, JsonNode value, String wanted) {
    return new SaeLayoutException(
        file,
        value.isMissingNode()
            ? "lacks '%s', which should be %s".formatted(key, wanted)
            : "'%s' is %s and should be %s".formatted(key, shown(value), wanted));
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
  }
}
