package dev.simoom.models.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportRecordsTest {

  @Test
  void wellFormedBytesDecodeAsUtf8() {
    String text = "a\u00e9\u20ac\uD83D\uDE00 \n日本\u0000";

    assertThat(TokenText.of(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
  }

  @Test
  void everyStrayByteIsKeptAsAnEscape() {
    assertThat(token("e282")).isEqualTo("\udce2\udc82");
    assertThat(token("82ac41")).isEqualTo("\udc82\udcacA");
    assertThat(token("c080")).as("overlong").isEqualTo("\udcc0\udc80");
    assertThat(token("e08080")).as("overlong").isEqualTo("\udce0\udc80\udc80");
    assertThat(token("eda080")).as("surrogate").isEqualTo("\udced\udca0\udc80");
    assertThat(token("f4908080")).as("too large").isEqualTo("\udcf4\udc90\udc80\udc80");
    assertThat(token("e282ac")).isEqualTo("\u20ac");
  }

  @Test
  void histogramsCountEveryValueOnce() {
    Histogram histogram = Histogram.of(new double[] {0, 1, 2, 3, 4, 4}, 4);

    assertThat(histogram).isEqualTo(new Histogram(0, 1, List.of(1L, 1L, 1L, 3L)));
    assertThat(Histogram.of(new double[] {-5, 9}, 0, 1, 2).counts()).containsExactly(1L, 1L);
    assertThat(Histogram.of(new double[] {2, 2}, 3).counts()).containsExactly(2L, 0L, 0L);
    assertThat(Histogram.of(new double[0], 3)).isEqualTo(Histogram.EMPTY);
  }

  @Test
  void densitiesAreCountedByPowersOfTen() {
    Densities densities = Densities.of(new double[] {0, 0, 0.0011, 0.5, 1});

    assertThat(densities.neverActive()).isEqualTo(2);
    assertThat(densities.log10().low()).isEqualTo(-3);
    assertThat(densities.log10().counts()).hasSize(15);
    assertThat(densities.log10().counts().getFirst()).isEqualTo(1);
    assertThat(densities.log10().counts().getLast()).isEqualTo(1);
    assertThat(densities.log10().counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(3);
  }

  @Test
  void thinningKeepsTheExtremesAndTheOrder() {
    double[] steps = new double[10_000];
    double[] values = new double[10_000];
    Arrays.setAll(steps, i -> i);
    Arrays.setAll(values, i -> i == 4321 ? 99 : i == 7000 ? Double.NaN : i % 7);

    Curve thinned = Curve.of("c", steps, values).thinned(100);

    assertThat(thinned.steps())
        .hasSizeLessThanOrEqualTo(202)
        .isSorted()
        .startsWith(0.0)
        .endsWith(9999.0);
    assertThat(thinned.values()).contains(99.0, 0.0).doesNotContain(Double.NaN);
    assertThat(thinned.values().get(thinned.steps().indexOf(4321.0))).isEqualTo(99);
    Curve small = Curve.of("c", new double[] {1}, new double[] {2});
    assertThat(small.thinned(100)).isSameAs(small);
  }

  @Test
  void wrongInputIsRefusedByName() {
    assertThatThrownBy(() -> new Context(List.of("a"), List.of(1f, 2f), 0, "", 0))
        .hasMessageContaining("1 tokens but 2 activations");
    assertThatThrownBy(() -> new Context(List.of("a"), List.of(1f), 1, "", 0))
        .hasMessageContaining("peak 1");
    assertThatThrownBy(() -> Curve.of("loss", new double[] {2, 1}, new double[] {0, 0}))
        .hasMessageContaining("'loss'")
        .hasMessageContaining("ascending");
    assertThatThrownBy(() -> Feature.withoutText(3, 1.5, 1, 1, Histogram.EMPTY))
        .hasMessageContaining("Feature 3: density");
    Feature feature = Feature.withoutText(3, 0.5, 1, 1, Histogram.EMPTY);
    assertThatThrownBy(() -> ReportData.builder("t").feature(feature).feature(feature).build())
        .hasMessageContaining("feature 3 is given twice");
  }

  @Test
  void contextsFindTheirPeakAndSettingsKeepTheirOrder() {
    assertThat(Context.of(List.of("a", "b", "c"), new float[] {0, 2, 2}, "d", 5).peak())
        .isEqualTo(1);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("z", "1");
    settings.put("a", "2");
    assertThat(new ConfigurationSection("s", settings).entries().keySet())
        .containsExactly("z", "a");
  }

  private static String token(String hex) {
    return TokenText.of(HexFormat.of().parseHex(hex));
  }
}
