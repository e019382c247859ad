package dev.simoom.models.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PreTokenizerTest {
  @Test
  void cutsCodeAtWordsNumbersMarksAndIndentation() {
    assertThat(pieces("int  x = 12345;\r\n    return\tx; \n"))
        .containsExactly(
            "int",
            " ",
            " x",
            " =",
            " 123",
            "45",
            ";",
            "\r\n    ",
            "return",
            "\t",
            "x",
            ";",
            " ",
            "\n");
  }

  @Test
  void cutsSymbolsOutsideAsciiFromLetters() {
    assertThat(pieces("“naïve” — été、日本"))
        .containsExactly("“", "naïve", "”", " —", " été", "、", "日本");
  }

  @Test
  void agreesWithItsRegularExpression() {
    int[] alphabet =
        " \t\n\rabZ_059.(<[`{~\0\u000B\u007F\u0085\u00A0\u00B5\u00C0éж”\u2028\u2BFF\u2C00日、\u3041😀"
            .codePoints()
            .toArray();
    Pattern pattern = Pattern.compile(PreTokenizer.PATTERN);
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        boolean blank = random.nextInt(3) == 0;
        text.appendCodePoint(blank ? ' ' : alphabet[random.nextInt(alphabet.length)]);
      }
      List<String> expected = new ArrayList<>();
      Matcher matcher = pattern.matcher(text);
      while (matcher.find()) {
        expected.add(matcher.group());
      }
      assertThat(String.join("", expected)).isEqualTo(text.toString());
      assertThat(pieces(text.toString())).isEqualTo(expected);
    }
  }

  @Test
  void makesProgressOnAnyBytes() {
    Random random = new Random(8);
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = new byte[1 + random.nextInt(20)];
      random.nextBytes(bytes);
      for (int at = 0; at < bytes.length; ) {
        int end = PreTokenizer.end(bytes, at);
        assertThat(end).isGreaterThan(at).isLessThanOrEqualTo(bytes.length);
        at = end;
      }
    }
  }

  private static List<String> pieces(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<String> pieces = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int end = PreTokenizer.end(bytes, at);
      pieces.add(new String(bytes, at, end - at, StandardCharsets.UTF_8));
      at = end;
    }
    return pieces;
  }
}
