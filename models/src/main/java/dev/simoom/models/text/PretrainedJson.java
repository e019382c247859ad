package dev.simoom.models.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tokenizer.json of the Hugging Face tokenizers library whose model is a byte-level BPE,
 * and refuses, by name, what would make other tokens.
 */
final class PretrainedJson {
  private final TokenizerFile file;
  private final @Nullable TokenizerFile config;

  private PretrainedJson(TokenizerFile file, @Nullable TokenizerFile config) {
    this.file = file;
    this.config = config;
  }

  static PretrainedTokenizer read(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
    if (!Files.isRegularFile(file)) {
      throw new TokenizerFileException(
          file, "there is no such file; a model's folder must have its tokenizer.json");
    }
    Path config = file.resolveSibling("tokenizer_config.json");
    return new PretrainedJson(
            TokenizerFile.read(file),
            Files.isRegularFile(config) ? TokenizerFile.read(config) : null)
        .read();
  }

  private PretrainedTokenizer read() throws TokenizerFileException {
    checkModel(file.root().path("model"));
    requireType(file.root().path("decoder"), "decoder", "ByteLevel");
    boolean composes = composes(file.root().path("normalizer"));
    PretrainedVocabulary vocabulary = new PretrainedVocabulary(file, composes);
    JsonNode cutting = file.root().path("pre_tokenizer");
    TextSteps steps =
        new TextSteps(
            vocabulary.before(),
            composes,
            vocabulary.after(),
            prefixSpace(cutting),
            pattern(cutting));
    int separator = separator(vocabulary);
    return new PretrainedTokenizer(vocabulary.tokens(), separator, steps, vocabulary.merges());
  }

  private void checkModel(JsonNode model) throws TokenizerFileException {
    // The first files of the library do not name the type of a BPE.
    boolean unnamed = model.path("type").isMissingNode() && model.has("merges");
    if (!unnamed) {
      requireType(model, "model", "BPE");
    }
    file.require(
        !file.flag(model, "byte_fallback", false),
        "model.byte_fallback is true: only byte-level models are supported, in which each byte is"
            + " a character");
    for (String field : new String[] {"continuing_subword_prefix", "end_of_word_suffix"}) {
      String value = model.path(field).asText("");
      file.require(
          value.isEmpty() || model.path(field).isNull(),
          "model.%s is '%s' but only an empty one is supported"
              .formatted(field, TokenizerFile.shown(model.path(field))));
    }
    double dropout = model.path("dropout").asDouble(0);
    file.require(dropout == 0, "model.dropout is " + dropout + " but only 0 is supported");
  }

  private boolean composes(JsonNode normalizer) throws TokenizerFileException {
    String type = TokenizerFile.type(normalizer);
    file.require(
        normalizer.isNull() || normalizer.isMissingNode() || type.equals("NFC"),
        "normalizer is " + type + " but only NFC or none is supported");
    return type.equals("NFC");
  }

  private PublishedPattern pattern(JsonNode step) throws TokenizerFileException {
    String type = TokenizerFile.type(step);
    if (type.equals("ByteLevel")) {
      file.require(
          file.flag(step, "use_regex", true),
          "pre_tokenizer is a ByteLevel that cuts nothing (use_regex is false), which is not"
              + " supported");
      return PublishedPattern.GPT2;
    }
    file.require(
        type.equals("Sequence"),
        "pre_tokenizer is %s but only ByteLevel, by itself or after Split or Digits, is supported"
            .formatted(type));
    return patternOf(step.path("pretokenizers"));
  }

  private PublishedPattern patternOf(JsonNode steps) throws TokenizerFileException {
    String first = TokenizerFile.type(steps.path(0));
    boolean digits = first.equals("Digits");
    file.require(
        steps.size() == 2
            && (digits || first.equals("Split"))
            && TokenizerFile.type(steps.path(1)).equals("ByteLevel"),
        "pre_tokenizer is the Sequence %s but only Split or Digits, and ByteLevel, are supported"
            .formatted(types(steps)));
    boolean regex = file.flag(steps.path(1), "use_regex", true);
    boolean space = file.flag(steps.path(1), "add_prefix_space", true);
    file.require(
        regex == digits && !space,
        "pre_tokenizer's ByteLevel after %s has use_regex %s and add_prefix_space %s but only %s and false are supported"
            .formatted(first, regex, space, digits));
    if (!digits) {
      return split(steps.path(0));
    }
    file.require(
        file.flag(steps.path(0), "individual_digits", false),
        "pre_tokenizer's Digits has individual_digits false but only true is supported");
    return PublishedPattern.SMOLLM;
  }

  private PublishedPattern split(JsonNode split) throws TokenizerFileException {
    String behavior = TokenizerFile.shown(split.path("behavior"));
    boolean inverted = file.flag(split, "invert", false);
    // The patterns match all text, so that what is between matches, and dropped, is nothing.
    file.require(
        inverted ? behavior.equals("Removed") : behavior.equals("Isolated"),
        "pre_tokenizer's Split has behavior %s and invert %s but only Isolated and false, or Removed and true, are supported"
            .formatted(behavior, inverted));
    JsonNode regex = split.at("/pattern/Regex");
    PublishedPattern pattern = PublishedPattern.of(regex.asText());
    if (pattern == null) {
      throw file.wrong(
          "pre_tokenizer's Split pattern is %s but only those of GPT-2, Llama 3 and Qwen 2 are supported"
              .formatted(TokenizerFile.shown(regex)));
    }
    return pattern;
  }

  private boolean prefixSpace(JsonNode step) throws TokenizerFileException {
    return TokenizerFile.type(step).equals("ByteLevel")
        && file.flag(step, "add_prefix_space", true);
  }

  private static String types(JsonNode steps) {
    StringBuilder types = new StringBuilder("of");
    for (JsonNode step : steps) {
      types.append(' ').append(TokenizerFile.type(step));
    }
    return TokenizerFile.shortened(types.toString());
  }

  private int separator(PretrainedVocabulary vocabulary) throws TokenizerFileException {
    JsonNode settings = config == null ? file.root().path("no config") : config.root();
    boolean begins = config != null && config.flag(settings, "add_bos_token", false);
    String name = leading(file.root().path("post_processor"));
    if (name == null && begins) {
      name = token(settings.path("bos_token"));
    }
    if (name == null && vocabulary.id(BytePairEncoding.END_OF_TEXT) >= 0) {
      name = BytePairEncoding.END_OF_TEXT;
    }
    if (name == null) {
      name = token(settings.path("eos_token"));
    }
    if (name == null) {
      throw file.wrong(
          "no token is known to put before documents: there is no %s, no post_processor with one,"
                  .formatted(BytePairEncoding.END_OF_TEXT)
              + " and no eos_token in tokenizer_config.json");
    }
    int id = vocabulary.id(name);
    file.require(id >= 0, "'" + name + "' is to stand before documents but is no token");
    return id;
  }

  /** The token of a configuration, which may be text or an object; null where there is none. */
  private static @Nullable String token(JsonNode node) {
    JsonNode content = node.isObject() ? node.path("content") : node;
    return content.isTextual() ? content.textValue() : null;
  }

  /** The token that a post-processor puts before a text, or null. */
  private @Nullable String leading(JsonNode processor) throws TokenizerFileException {
    String type = TokenizerFile.type(processor);
    switch (type) {
      case "ByteLevel" -> {
        return null;
      }
      case "TemplateProcessing" -> {
        return leadingOfTemplate(processor.path("single"));
      }
      case "Sequence" -> {
        String found = null;
        for (JsonNode part : processor.path("processors")) {
          String one = leading(part);
          file.require(
              found == null || one == null, "post_processor has two templates, not supported");
          found = one == null ? found : one;
        }
        return found;
      }
      default -> {
        file.require(
            processor.isNull() || processor.isMissingNode(),
            "post_processor is %s but only ByteLevel, TemplateProcessing or none are supported"
                .formatted(type));
        return null;
      }
    }
  }

  private @Nullable String leadingOfTemplate(JsonNode template) throws TokenizerFileException {
    String found = null;
    for (JsonNode item : template) {
      if (item.has("Sequence")) {
        return found;
      }
      file.require(found == null, "post_processor puts two tokens before a text, not supported");
      JsonNode name = item.at("/SpecialToken/id");
      file.require(name.isTextual(), "post_processor's template has an item that is no token");
      found = name.textValue();
    }
    throw file.wrong("post_processor's template has no place for the text");
  }

  private void requireType(JsonNode step, String name, String type) throws TokenizerFileException {
    String found = TokenizerFile.type(step);
    file.require(
        found.equals(type),
        "%s is %s but only %s is supported".formatted(name + ".type", found, type));
  }
}
