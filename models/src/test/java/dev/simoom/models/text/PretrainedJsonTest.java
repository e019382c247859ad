package dev.simoom.models.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainedJsonTest {
  @TempDir Path folder;

  @Test
  void refusesModelsOfOtherKinds() {
    assertRefused(
        j -> at(j, "/model").put("type", "Unigram"), "model.type is Unigram but only BPE");
    assertRefused(j -> j.remove("model"), "model.type is missing");
    assertRefused(j -> at(j, "/model").put("byte_fallback", true), "model.byte_fallback is true");
    assertRefused(j -> at(j, "/model").put("byte_fallback", 1), "byte_fallback is 1 but must be");
    assertRefused(
        j -> at(j, "/model").put("continuing_subword_prefix", "##"),
        "model.continuing_subword_prefix is '##'");
    assertRefused(j -> at(j, "/model").put("dropout", 0.1), "model.dropout is 0.1");
    assertRefused(j -> j.putNull("decoder"), "decoder.type is missing but only ByteLevel");
  }

  @Test
  void refusesOtherWaysToCutText() {
    assertRefused(
        j -> at(j, "/normalizer").put("type", "NFKC"), "normalizer is NFKC but only NFC or none");
    assertRefused(
        j -> at(j, "/pre_tokenizer").put("type", "Metaspace"), "pre_tokenizer is Metaspace");
    assertRefused(j -> j.putNull("pre_tokenizer"), "pre_tokenizer is missing");
    assertRefused(
        j -> at(j, "/pre_tokenizer/pretokenizers/0").put("type", "Punctuation"),
        "pre_tokenizer is the Sequence of Punctuation ByteLevel");
    assertRefused(
        j -> at(j, "/pre_tokenizer/pretokenizers/0").put("type", "Digits"),
        "ByteLevel after Digits has use_regex false");
    assertRefused(
        j -> {
          at(j, "/pre_tokenizer/pretokenizers/0").put("type", "Digits");
          at(j, "/pre_tokenizer/pretokenizers/1").put("use_regex", true);
        },
        "Digits has individual_digits false");
    assertRefused(
        j -> at(j, "/pre_tokenizer/pretokenizers/0/pattern").put("Regex", "\\w+"),
        "Split pattern is \\w+ but only those of");
    assertRefused(
        j -> at(j, "/pre_tokenizer/pretokenizers/0").put("behavior", "Removed"),
        "behavior Removed and invert false");
    assertRefused(
        j -> at(j, "/pre_tokenizer/pretokenizers/1").put("use_regex", true),
        "after Split has use_regex true");
    assertRefused(
        j -> j.putObject("pre_tokenizer").put("type", "ByteLevel").put("use_regex", false),
        "ByteLevel that cuts nothing");
    assertRefused(
        j -> at(j, "/post_processor").put("type", "RobertaProcessing"),
        "post_processor is RobertaProcessing");
  }

  @Test
  void refusesTokensThatContradictEachOther() {
    assertRefused(j -> vocabulary(j).put("a", 0), "two tokens have id 0");
    assertRefused(j -> vocabulary(j).remove("a"), "model.vocab lacks 'a', the token of byte 0x61");
    assertRefused(j -> vocabulary(j).put("b", 1L << 31), "token 'b' has id 2147483648 but ids");
    assertRefused(j -> vocabulary(j).put("b", -1), "token 'b' has id -1");
    assertRefused(j -> vocabulary(j).put("b", 100_000), "token 'b' has id 100000 but ids of so");
    assertRefused(j -> add(j, 0, "<x>"), "two tokens have id 0");
    assertRefused(j -> add(j, 500, "a"), "'a' has id 500 but in model.vocab it has 64");
    assertRefused(j -> add(j, 500, "<think>"), "added token '<think>' is there twice");
    assertRefused(j -> add(j, 500, ""), "an added token has content \"\" but it must be text");
    assertRefused(j -> add(j, 500, "\uD83D"), "half a surrogate pair");
    assertRefused(
        j -> add(j, vocabulary(j).get("\u00E9").intValue(), "\u00E9"), "the token of other bytes");
    assertRefused(j -> add(j, 500, "<x>").put("lstrip", "no"), "lstrip is no but must be true");
    assertRefused(j -> j.put("added_tokens", "none"), "added_tokens is not an array");
  }

  @Test
  void refusesMergesOfNothing() {
    assertRefused(j -> merges(j).addArray().add("q").add("~"), "needs a token that model.vocab");
    assertRefused(j -> merges(j).add(merges(j).get(0)), "is there twice");
    assertRefused(j -> merges(j).add("abc"), "\"abc\", is not a pair");
    assertRefused(j -> at(j, "/model").remove("merges"), "model.merges is missing");
  }

  @Test
  void refusesTemplatesItCannotFollow() {
    assertRefused(j -> template(j).removeAll(), "template has no place for the text");
    assertRefused(
        j -> template(j).insert(0, template(j).get(0).deepCopy()), "puts two tokens before a text");
    assertRefused(
        j -> at(j, "/post_processor").set("processors", twice(template(j))),
        "post_processor has two templates");
  }

  @Test
  void refusesWhatIsNoJson() throws IOException {
    assertThatThrownBy(() -> PretrainedTokenizer.load(folder))
        .isInstanceOf(TokenizerFileException.class)
        .hasMessageContaining("tokenizer.json: there is no such file");
    Path file = folder.resolve("tokenizer.json");
    Files.write(file, new byte[] {'{', '"', (byte) 0xFF, '"'});
    assertThatThrownBy(() -> PretrainedTokenizer.load(file))
        .isInstanceOf(TokenizerFileException.class)
        .hasMessageContaining("not JSON");
    Files.writeString(file, "{\"a\": 1, \"a\": 2}");
    assertThatThrownBy(() -> PretrainedTokenizer.load(file))
        .isInstanceOf(TokenizerFileException.class)
        .hasMessageContaining("Duplicate field 'a'");
  }

  @Test
  void takesPatternsThatAreWrittenAsWhatIsBetween() throws IOException {
    ObjectNode json = TokenizerFiles.QWEN2.json(0);
    at(json, "/pre_tokenizer/pretokenizers/0").put("behavior", "Removed").put("invert", true);
    assertThat(TokenizerFiles.read(folder, json).encode("a b")).hasSize(3);
  }

  private void assertRefused(Consumer<ObjectNode> change, String message) {
    ObjectNode json = TokenizerFiles.LLAMA3.json(2);
    ObjectNode other = TokenizerFiles.QWEN2.json(2);
    json.set("normalizer", other.get("normalizer"));
    ((ArrayNode) json.get("added_tokens"))
        .add(((ObjectNode) other.at("/added_tokens/2")).put("id", 300));
    change.accept(json);
    assertThatThrownBy(() -> TokenizerFiles.read(folder, json))
        .isInstanceOf(TokenizerFileException.class)
        .hasMessageContaining("tokenizer.json: ")
        .hasMessageContaining(message);
  }

  private static ObjectNode at(JsonNode root, String path) {
    return (ObjectNode) root.at(path);
  }

  private static ObjectNode vocabulary(JsonNode root) {
    return at(root, "/model/vocab");
  }

  private static ArrayNode merges(JsonNode root) {
    return (ArrayNode) root.at("/model/merges");
  }

  private static ArrayNode template(JsonNode root) {
    return (ArrayNode) root.at("/post_processor/processors/1/single");
  }

  private static ArrayNode twice(ArrayNode template) {
    ArrayNode both = template.arrayNode();
    for (int i = 0; i < 2; i++) {
      both.addObject().put("type", "TemplateProcessing").set("single", template.deepCopy());
    }
    return both;
  }

  private static ObjectNode add(ObjectNode json, int id, String content) {
    return PretrainedTokenizerTest.add(json, id, content);
  }
}
