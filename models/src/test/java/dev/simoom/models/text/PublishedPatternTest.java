package dev.simoom.models.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedPatternTest {
  @ParameterizedTest
  @EnumSource
  void cutsLikeTheRegularExpression(PublishedPattern pattern) {
    Pattern regex =
        Pattern.compile(
            pattern
                .regex()
                .replace("\\s", "\\p{IsWhite_Space}")
                .replace("\\S", "\\P{IsWhite_Space}"),
            Pattern.UNICODE_CASE);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      String text = RandomText.of(random);
      assertThat(pieces(pattern, text)).as(text).isEqualTo(matches(regex, text));
    }
  }

  @Test
  void cutsAsPublished() {
    String text = "Hello world's 12345  \n\n x WE'LL \u00A0a\tb !!\r\n";
    assertThat(pieces(PublishedPattern.GPT2, text))
        .containsExactly(
            "Hello", " world", "'s", " 12345", "  \n\n", " x", " WE", "'", "LL", " ", "\u00A0", "a",
            "\t", "b", " !!", "\r\n");
    assertThat(pieces(PublishedPattern.SMOLLM, text))
        .startsWith("Hello", " world", "'s", " ", "1", "2", "3", "4", "5", "  \n\n", " x");
    assertThat(pieces(PublishedPattern.LLAMA3, text))
        .containsExactly(
            "Hello", " world", "'s", " ", "123", "45", "  \n\n", " x", " WE", "'LL", " ", "\u00A0a",
            "\tb", " !!\r\n");
    assertThat(pieces(PublishedPattern.QWEN2, text))
        .containsExactly(
            "Hello", " world", "'s", " ", "1", "2", "3", "4", "5", "  \n\n", " x", " WE", "'LL",
            " ", "\u00A0a", "\tb", " !!\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "a", "\n", "7", "'", " \n", "\u3000", "\u65E5", "a "})
  void needsTimeInProportionToTheText(String part) {
    byte[] text = part.repeat(1_000_000).getBytes(UTF_8);
    for (PublishedPattern pattern : PublishedPattern.values()) {
      int at = 0;
      while (at < text.length) {
        at = pattern.end(text, at);
      }
      assertThat(at).isEqualTo(text.length);
    }
  }

  private static List<String> pieces(PublishedPattern pattern, String text) {
    List<String> pieces = new ArrayList<>();
    byte[] bytes = text.getBytes(UTF_8);
    for (int at = 0; at < bytes.length; ) {
      int end = pattern.end(bytes, at);
      pieces.add(new String(bytes, at, end - at, UTF_8));
      at = end;
    }
    return pieces;
  }

  private static List<String> matches(Pattern regex, String text) {
    List<String> matches = new ArrayList<>();
    int end = 0;
    for (Matcher matcher = regex.matcher(text); matcher.find(); end = matcher.end()) {
      assertThat(matcher.start()).isEqualTo(end);
      matches.add(matcher.group());
    }
    assertThat(end).isEqualTo(text.length());
    return matches;
  }
}
