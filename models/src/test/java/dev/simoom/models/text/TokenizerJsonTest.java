package dev.simoom.models.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path file;
  private BytePairEncoding encoding;

  @BeforeEach
  void save() throws IOException {
    file = folder.resolve("tokenizer.json");
    encoding =
        BytePairEncodingTest.train(BytePairEncodingTest.sample(20_000, 11) + " été été", 400);
    encoding.save(file);
  }

  @Test
  void readsWhatItWrote() throws IOException {
    BytePairEncoding again = BytePairEncoding.load(file);
    assertThat(again.vocabularySize()).isEqualTo(encoding.vocabularySize());
    assertThat(again.merges()).isEqualTo(encoding.merges());
    byte[] text = BytePairEncodingTest.bytes(BytePairEncodingTest.sample(5_000, 12) + " été\n");
    assertThat(again.encode(text)).isEqualTo(encoding.encode(text));
    byte[] noise = new byte[5_000];
    new Random(13).nextBytes(noise);
    assertThat(again.encode(noise)).isEqualTo(encoding.encode(noise));
  }

  @Test
  void replacesAFileAndLeavesNothingElse() throws IOException {
    encoding.save(file);
    try (Stream<Path> entries = Files.list(folder)) {
      assertThat(entries).containsExactly(file);
    }
  }

  @Test
  void hasTheLayoutOfByteLevelTokenizers() throws IOException {
    JsonNode root = JSON.readTree(file.toFile());
    assertThat(root.at("/model/type").asText()).isEqualTo("BPE");
    assertThat(root.at("/model/vocab/Ġ").asInt()).isEqualTo(' ');
    assertThat(root.at("/model/vocab/Ċ").asInt()).isEqualTo('\n');
    assertThat(root.at("/model/vocab/Ń").asInt()).isEqualTo(0xAD);
    assertThat(root.at("/added_tokens/0/content").asText()).isEqualTo("<|endoftext|>");
    assertThat(root.at("/decoder/type").asText()).isEqualTo("ByteLevel");
    assertThat(root.at("/model/merges/0").size()).isEqualTo(2);
  }

  @Test
  void readsMergesWrittenWithASpace() throws IOException {
    change(
        root -> {
          ArrayNode merges = (ArrayNode) root.at("/model/merges");
          for (int i = 0; i < merges.size(); i++) {
            JsonNode merge = merges.get(i);
            merges.set(
                i,
                JSON.getNodeFactory()
                    .textNode(merge.get(0).asText() + " " + merge.get(1).asText()));
          }
        });
    assertThat(BytePairEncoding.load(file).merges()).isEqualTo(encoding.merges());
  }

  @Test
  void saysWhatIsWrongInAFile() throws IOException {
    assertRefused(root -> model(root).put("type", "Unigram"), "model.type is Unigram");
    assertRefused(root -> root.remove("model"), "model.type is missing");
    assertRefused(
        root -> ((ObjectNode) root.at("/pre_tokenizer/pretokenizers/0/pattern")).put("Regex", "x"),
        "Split pattern is x");
    assertRefused(root -> vocabulary(root).remove("a"), "ids must be 0 to");
    assertRefused(root -> vocabulary(root).put("a", "one"), "token 'a' has id \"one\"");
    assertRefused(root -> vocabulary(root).put("a", 98), "two tokens have id 98");
    assertRefused(root -> vocabulary(root).put("a", 98).put("b", 97), "token 97 must be the byte");
    assertRefused(
        root -> vocabulary(root).put("日", vocabulary(root).size()), "outside the byte-level");
    assertRefused(
        root -> vocabulary(root).put("zzzz", vocabulary(root).size()), "no merge makes token");
    assertRefused(root -> merges(root).insertArray(0).add("z").add("q"), "merge 0, [\"z\",\"q\"]");
    assertRefused(root -> merges(root).add(merges(root).get(0)), "is there twice");
    assertRefused(root -> merges(root).insert(0, "zq"), "is not a pair");
  }

  @Test
  void saysThatAFileIsNoJson() throws IOException {
    Files.writeString(file, "{\"model\": ");
    assertThatThrownBy(() -> BytePairEncoding.load(file))
        .isInstanceOf(TokenizerFileException.class)
        .hasMessageContaining("tokenizer.json: not JSON");
    Files.writeString(file, "[]");
    assertThatThrownBy(() -> BytePairEncoding.load(file))
        .isInstanceOf(TokenizerFileException.class)
        .hasMessageContaining("not a JSON object");
  }

  private void assertRefused(Consumer<ObjectNode> change, String message) throws IOException {
    encoding.save(file);
    change(change);
    assertThatThrownBy(() -> BytePairEncoding.load(file))
        .isInstanceOf(TokenizerFileException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("tokenizer.json");
  }

  private void change(Consumer<ObjectNode> change) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(root);
    JSON.writeValue(file.toFile(), root);
  }

  private static ObjectNode model(ObjectNode root) {
    return (ObjectNode) root.get("model");
  }

  private static ObjectNode vocabulary(ObjectNode root) {
    return (ObjectNode) root.at("/model/vocab");
  }

  private static ArrayNode merges(ObjectNode root) {
    return (ArrayNode) root.at("/model/merges");
  }
}
