package dev.simoom.models.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each question on small texts whose answers can be seen. */
class TokenQuestionTest {
  private static ReadWindow window(List<String> tokens) {
    List<String> vocabulary = tokens.stream().distinct().toList();
    return new ReadWindow(tokens.stream().mapToInt(vocabulary::indexOf).toArray(), vocabulary);
  }

  /** One character for each token but the last, 1 for yes. */
  private static String answers(TokenQuestion question, List<String> tokens) {
    ReadWindow window = window(tokens);
    return IntStream.range(0, tokens.size() - 1)
        .mapToObj(t -> question.isTrue(window, t) ? "1" : "0")
        .collect(Collectors.joining());
  }

  /** Tokens end at bars; N is a line end, E the end of a document, H half a character. */
  private static List<String> tokens(String text) {
    return Arrays.stream(text.split("\\|"))
        .map(t -> t.replace("N", "\n").replace("E", "").replace("H", "\uDCE2"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "SPACE_FIRST; a|b|N|c |x;1010",
        "ALL_SPACE;a| b|  |N|E|x;00110",
        "LINE_END;a|bN|N|x;011",
        "CAPITAL;a| Ab|aB|Äx|4A|x;01010",
        "WORD;ab| cd|e1|,| ü|E|H|x;1100100",
        "DIGIT;a|a7|12|x;011",
        "PUNCTUATION;a|),|. |_|E|H|x;010100",
        "SHORT;a|ab|E|ü|x;1001",
        "LONG;abcd|abcde|    |x;010",
        "IN_WORD;ab|cd| ef|1|g|H|x;010000",
        "LINE_START;a|N|b|cN|d|E|e|x;0010101",
        "AFTER_PUNCTUATION;a|(|b|c|x;0010",
        "AFTER_SPACE;a |b|c|N|d|x;01001",
        "DOUBLED;a|a|b|a|x;0100",
        "SEEN;a|b|a|c|x;0010",
        "PAIR_SEEN;a|b|b|a|b|b|x;000011",
        "IN_ROUND_BRACKETS;)|a(|b|c)|d|(|E|x;0110010",
        "IN_NESTED_BRACKETS;(|(|)|a|x;0100",
        "IN_OTHER_BRACKETS;{|a|[|]|}|b|x;111100",
        "IN_QUOTES;a\"|b|\"|c\"|N|d|x;110100",
        "INDENTED; a|N| |b|Nc|E|\t|d|x;00110011",
        "NEXT_SPACE_FIRST;a| b|c;10",
        "NEXT_CAPITAL;a|B|c;10",
        "NEXT_DIGIT;a|1a|a1|x;100",
        "NEXT_PUNCTUATION;a|+|b;10",
        "NEXT_LINE_END;a|b|N;01",
        "NEXT_CLOSES;a|b)|c|];101",
        "NEXT_IN_WORD;a|b| c|d;101",
        "NEXT_SEEN;a|b|a|c|c;0101"
      })
  void answersAreThoseOfTheText(TokenQuestion question, String text, String expected) {
    assertThat(answers(question, tokens(text))).isEqualTo(expected);
  }

  @Test
  void theLineCountsFromItsStart() {
    List<String> tokens = List.of("x".repeat(40), "y", "z\n" + "u".repeat(40), "v", "\n", "w");
    assertThat(answers(TokenQuestion.FAR_IN_LINE, tokens)).isEqualTo("01010");
  }

  @Test
  void theLastTokenHasNoNextOne() {
    ReadWindow window = window(List.of("a", "b"));
    for (int at : new int[] {-1, 1}) {
      assertThatThrownBy(() -> TokenQuestion.SEEN.isTrue(window, at))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("token " + at + " of a window of 2");
    }
  }
}
