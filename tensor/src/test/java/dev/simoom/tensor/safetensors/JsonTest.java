package dev.simoom.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsEveryKindOfValue() throws JsonException {
    Json json =
        JsonReader.parse(" {\"a\" : [ 1, -2.5e+3, true , false,null],\"b\":{}, \"c\":[]}\n");
    Json.Members members = (Json.Members) json;
    assertThat(members.values().sequencedKeySet()).containsExactly("a", "b", "c");
    assertThat(members.values().get("a"))
        .isEqualTo(
            new Json.Items(
                List.of(
                    new Json.Number("1"),
                    new Json.Number("-2.5e+3"),
                    new Json.Truth(true),
                    new Json.Truth(false),
                    new Json.Null())));
    assertThat(members.values().get("c")).isEqualTo(new Json.Items(List.of()));
  }

  @Test
  void resolvesEscapes() throws JsonException {
    assertThat(JsonReader.parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00\""))
        .isEqualTo(new Json.Text("\"\\/\b\f\n\r\té\uD83D\uDE00"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "\"\\/\b\f\n\r\t\u0000\u001f\u007f", "é漢\uD83D\uDE00\u2028"})
  void quotedTextReadsBack(String text) throws JsonException {
    assertThat(JsonReader.parse(Json.quote(text))).isEqualTo(new Json.Text(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{} {}",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "0x10",
        "NaN",
        "Infinity",
        "tru",
        "True",
        "nul",
        "\"",
        "\"a",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u\uFF11234\"",
        "\"\n\"",
        "\"\u0000\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\ud800x\"",
        "// no\n1",
        "\u00a01",
        "\uFEFF{}",
        "[1]\u0000",
      })
  void refusesWhatIsNotJson(String text) {
    assertThatThrownBy(() -> JsonReader.parse(text))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith("character ");
  }

  @Test
  void refusesKeysThatStandTwiceEvenWhenEscaped() {
    assertThatThrownBy(() -> JsonReader.parse("{\"a\":1,\"\\u0061\":1}"))
        .isInstanceOf(JsonException.class)
        .hasMessage("character 7: the key 'a' stands twice in one object");
  }

  @Test
  void refusesDeepNestingWithoutExhaustingTheStack() throws JsonException {
    int deepest = JsonReader.MAX_DEPTH;
    assertThat(JsonReader.parse("[".repeat(deepest) + "1" + "]".repeat(deepest)))
        .isInstanceOf(Json.Items.class);
    assertThatThrownBy(() -> JsonReader.parse("[".repeat(1_000_000)))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("deep");
  }
}
