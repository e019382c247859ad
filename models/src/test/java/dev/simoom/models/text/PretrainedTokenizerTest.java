package dev.simoom.models.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PretrainedTokenizerTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void encodesLikeTheTextbook(TokenizerFiles style) throws IOException {
    ObjectNode json = style.json(150);
    PretrainedTokenizer tokenizer = TokenizerFiles.read(folder, json);
    Textbook textbook = new Textbook(json, PublishedPattern.valueOf(style.name()));
    TokenEncoder encoder = tokenizer.encoder();
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 3_000; i++) {
      String text = RandomText.of(random, textbook.added());
      int[] ids = encoder.encode(text.getBytes(UTF_8));
      assertThat(ids).as(text).isEqualTo(textbook.encode(text));
      assertThat(new String(tokenizer.decode(ids), UTF_8)).isEqualTo(textbook.decoded(text));
    }
  }

  @Test
  void mergesByRankAndNotByLength() throws IOException {
    ObjectNode json = TokenizerFiles.GPT2.json(0);
    merge(json, "b", "c");
    merge(json, "a", "bc");
    merge(json, "a", "b");
    merge(json, "ab", "c");
    PretrainedTokenizer tokenizer = TokenizerFiles.read(folder, json);
    assertThat(texts(tokenizer, "abc ab cab")).containsExactly("abc", " ", "ab", " ", "c", "ab");
    assertThat(tokenizer.encode("!a")).containsExactly(0, 64);
  }

  @Test
  void takesAWholePieceForItsTokenWhereMergesAreIgnored() throws IOException {
    for (boolean ignore : new boolean[] {true, false}) {
      ObjectNode json = TokenizerFiles.LLAMA3.json(0);
      ((ObjectNode) json.get("model")).put("ignore_merges", ignore);
      ((ObjectNode) json.at("/model/vocab")).put("Ġxyz", 400);
      PretrainedTokenizer tokenizer = TokenizerFiles.read(folder, json);
      assertThat(texts(tokenizer, "a xyz xyzz")).hasSize(ignore ? 7 : 10);
    }
  }

  @Test
  void findsAddedTokensFirstAndTheLongestOfThem() throws IOException {
    ObjectNode json = TokenizerFiles.GPT2.json(0);
    add(json, 300, "<a>");
    add(json, 301, "<a>b");
    add(json, 302, "word").put("single_word", true);
    add(json, 303, "<l>").put("lstrip", true);
    add(json, 304, "<r>").put("rstrip", true);
    PretrainedTokenizer tokenizer = TokenizerFiles.read(folder, json);
    assertThat(tokenizer.encode("<a><a>b<a>")).containsExactly(300, 301, 300);
    assertThat(texts(tokenizer, "word,words é word")).startsWith("word", ",", "w");
    assertThat(tokenizer.encode("word,sword word")).startsWith(302).endsWith(302).hasSize(9);
    assertThat(texts(tokenizer, "a \u2003<l>\u3000<l><r> \n\tb"))
        .containsExactly("a", "<l>", "<l>", "<r>", "b");
    assertThat(texts(tokenizer, " <a> ")).containsExactly(" ", "<a>", " ");
  }

  @Test
  void composesTextButNotTheTokensInIt() throws IOException {
    ObjectNode json = TokenizerFiles.QWEN2.json(0);
    add(json, 300, "e\u0301!");
    add(json, 301, "o\u0308!").put("normalized", true);
    PretrainedTokenizer tokenizer = TokenizerFiles.read(folder, json);
    assertThat(tokenizer.encode("\u00E9")).isEqualTo(tokenizer.encode("e\u0301"));
    assertThat(tokenizer.encode("e\u0301!")).containsExactly(300);
    assertThat(tokenizer.encode("\u00E9!")).hasSize(3);
    assertThat(tokenizer.encode("\u00F6!o\u0308!")).containsExactly(301, 301);
  }

  @Test
  void putsASpaceBeforeTextThatHasNone() throws IOException {
    ObjectNode json = TokenizerFiles.GPT2.json(0);
    ((ObjectNode) json.get("pre_tokenizer")).put("add_prefix_space", true);
    PretrainedTokenizer tokenizer = TokenizerFiles.read(folder, json);
    assertThat(texts(tokenizer, "a<|endoftext|>b"))
        .containsExactly(" ", "a", "<|endoftext|>", " ", "b");
    assertThat(texts(tokenizer, " a")).containsExactly(" ", "a");
    assertThat(tokenizer.encode("")).isEmpty();
  }

  @Test
  void replacesWhatIsNoUtf8() throws IOException {
    PretrainedTokenizer tokenizer = TokenizerFiles.GPT2.tokenizer(folder, 0);
    byte[] broken = {'a', (byte) 0xFF, 'b', (byte) 0xE2, (byte) 0x82};
    assertThat(new String(tokenizer.decode(tokenizer.encode(broken)), UTF_8))
        .isEqualTo("a\uFFFDb\uFFFD");
    assertThat(new String(tokenizer.decode(tokenizer.encode("a\uD83Db")), UTF_8)).isEqualTo("a?b");
  }

  @Test
  void knowsWhatStandsBeforeADocument() throws IOException {
    assertThat(separator(TokenizerFiles.GPT2.json(0))).isEqualTo("<|endoftext|>");
    assertThat(separator(TokenizerFiles.LLAMA3.json(0))).isEqualTo("<|begin_of_text|>");
    ObjectNode json = TokenizerFiles.LLAMA3.json(0);
    json.putNull("post_processor");
    assertThatThrownBy(() -> separator(json))
        .isInstanceOf(TokenizerFileException.class)
        .hasMessageContaining("no token is known to put before documents");
    configure("{\"eos_token\": \"<|end_of_text|>\", \"bos_token\": \"<|begin_of_text|>\"}");
    assertThat(separator(json)).isEqualTo("<|end_of_text|>");
    configure("{\"add_bos_token\": true, \"bos_token\": {\"content\": \"<|begin_of_text|>\"}}");
    assertThat(separator(json)).isEqualTo("<|begin_of_text|>");
    configure("{\"eos_token\": \"</s>\"}");
    assertThatThrownBy(() -> separator(json)).hasMessageContaining("'</s>' is to stand before");
    configure("{\"eos_token\": ");
    assertThatThrownBy(() -> separator(json))
        .isInstanceOf(TokenizerFileException.class)
        .hasMessageContaining("tokenizer_config.json: not JSON");
  }

  @Test
  void letsIdsBeWithoutTokens() throws IOException {
    ObjectNode json = TokenizerFiles.GPT2.json(0);
    add(json, 300, "<a>");
    PretrainedTokenizer tokenizer = TokenizerFiles.read(folder, json);
    assertThat(tokenizer.vocabularySize()).isEqualTo(301);
    assertThat(tokenizer.tokenText(299)).isEqualTo("[no token 299]");
    assertThat(tokenizer.byteLength(299)).isZero();
    assertThat(tokenizer.decode(64, 299, 300)).isEqualTo("a<a>".getBytes(UTF_8));
    assertThatThrownBy(() -> tokenizer.decode(301)).hasMessageContaining("ids 0 to 300");
    PretrainedTokenizer padded = tokenizer.padded(304);
    assertThat(padded.vocabularySize()).isEqualTo(304);
    assertThat(padded.tokenText(303)).isEqualTo("[no token 303]");
    assertThat(padded.encode("a <a>")).isEqualTo(tokenizer.encode("a <a>"));
    assertThatThrownBy(() -> tokenizer.padded(300))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ids up to 300, but the model's vocabulary has 300");
  }

  @Test
  void encodesStreamsWithItsSeparator() throws IOException {
    PretrainedTokenizer tokenizer = TokenizerFiles.LLAMA3.tokenizer(folder, 20);
    List<byte[]> documents = List.of("the world\n".getBytes(UTF_8), "been".getBytes(UTF_8));
    TokenStream stream = TokenStream.encode(tokenizer, documents, 2);
    assertThat(stream.token(0)).isEqualTo(tokenizer.separator());
    assertThat(stream.bytes(0, stream.size())).isEqualTo(14);
    assertThat(tokenizer.decode(stream.tokens(0, stream.size())))
        .isEqualTo("the world\nbeen".getBytes(UTF_8));
  }

  @Test
  void encodesAnEndlessWordInLittleTime() throws IOException {
    PretrainedTokenizer tokenizer = TokenizerFiles.QWEN2.tokenizer(folder, 150);
    byte[] word = "the".repeat(300_000).getBytes(UTF_8);
    assertThat(tokenizer.decode(tokenizer.encode(word))).isEqualTo(word);
  }

  private String separator(ObjectNode json) throws IOException {
    PretrainedTokenizer tokenizer = TokenizerFiles.read(folder, json);
    assertThat(tokenizer.decode(tokenizer.separator())).isEmpty();
    return tokenizer.tokenText(tokenizer.separator());
  }

  private void configure(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), json);
  }

  private static List<String> texts(Tokenizer tokenizer, String text) {
    List<String> texts = new ArrayList<>();
    for (int id : tokenizer.encode(text)) {
      texts.add(tokenizer.tokenText(id));
    }
    return texts;
  }

  static ObjectNode add(ObjectNode json, int id, String content) {
    return TokenizerFiles.add((ArrayNode) json.get("added_tokens"), id, content);
  }

  private static void merge(ObjectNode json, String left, String right) {
    ObjectNode vocabulary = (ObjectNode) json.at("/model/vocab");
    if (!vocabulary.has(left + right)) {
      vocabulary.put(left + right, 300 + vocabulary.size());
    }
    ((ArrayNode) json.at("/model/merges")).addArray().add(left).add(right);
  }
}
