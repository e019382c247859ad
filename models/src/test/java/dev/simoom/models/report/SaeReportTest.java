package dev.simoom.models.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SaeReportTest {

  private static final Pattern BLOCK =
      Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>");

  @TempDir Path folder;

  @Test
  void theDataOfThePageIsTheDataGiven() throws IOException {
    ReportData data = SampleReport.text();

    JsonNode page = parsed(SaeReport.html(data));

    assertThat(page.get("title").asText()).isEqualTo(data.title());
    assertThat(page.get("features")).hasSameSizeAs(data.features());
    for (int f = 0; f < data.features().size(); f++) {
      Feature feature = data.features().get(f);
      JsonNode node = page.get("features").get(f);
      assertThat(node.get("id").asInt()).isEqualTo(feature.id());
      assertThat(node.get("density").asDouble())
          .isCloseTo(feature.density(), within(1e-3 * feature.density()));
      assertThat(weights(page, node.get("promoted")))
          .isEqualTo(feature.promoted().stream().map(TokenWeight::token).toList());
      for (int c = 0; c < feature.contexts().size(); c++) {
        assertSameContext(page, node.get("contexts").get(c), feature.contexts().get(c));
      }
    }
  }

  @Test
  void metricsKeepTheirKeysAndValues() throws IOException {
    JsonNode groups = parsed(SaeReport.html(SampleReport.text())).get("metrics");

    assertThat(groups.findValuesAsText("key"))
        .containsExactlyInAnyOrderElementsOf(Stream.of(Metric.values()).map(Metric::key).toList());
    JsonNode fvu = groups.get(1).get("entries").get(0);
    assertThat(fvu.get("value").asDouble()).isEqualTo(0.2138);
    assertThat(fvu.get("text").asText()).isEqualTo("0.214");
  }

  @Test
  void awkwardTextStaysTextAndThePageStaysWhole() throws IOException {
    String title = "</title><script>alert('x')</script> \"{{script}}\" $1 \\ \uD83D\uDE00";
    ReportData data = ReportData.builder(title).feature(SampleReport.awkward()).build();

    String html = SaeReport.html(data);

    assertThat(html.split("</script>", -1)).hasSize(3);
    assertThat(html.split("<script", -1)).hasSize(3);
    Matcher block = BLOCK.matcher(html);
    assertThat(block.find()).isTrue();
    assertThat(block.group(1)).matches("[\\x20-\\x7e]+").doesNotContain("<", ">", "&");
    assertThat(html).contains("<title>&lt;/title&gt;&lt;script&gt;alert('x')");
    assertThat(parsed(html).get("title").asText()).isEqualTo(title);
  }

  @Test
  void thePageAsksTheNetworkForNothing() {
    String html = SaeReport.html(SampleReport.text());

    assertThat(html).contains("default-src 'none'").doesNotContain("https://", "@import", "src=\"");
    assertThat(html.replace("http://www.w3.org/", "")).doesNotContain("http://");
    assertThat(html.getBytes(StandardCharsets.UTF_8).length).isLessThan(2_000_000);
  }

  @Test
  void whatIsMissingIsLeftOut() throws IOException {
    JsonNode model = parsed(SaeReport.html(SampleReport.languageModel()));
    assertThat(model.get("features")).isEmpty();
    assertThat(model.has("densities")).isFalse();
    assertThat(model.get("metrics")).hasSize(1);
    assertThat(model.get("summary").asText()).startsWith("A language model was trained");

    JsonNode activations = parsed(SaeReport.html(SampleReport.activations()));
    assertThat(activations.get("tokens")).isEmpty();
    assertThat(activations.get("features")).hasSize(64);
    assertThat(activations.get("features").get(0).get("contexts")).isEmpty();
    assertThat(activations.get("summary").asText()).contains("without their text");

    ReportData bare =
        ReportData.builder("bare").summary("Nothing ran.").chart("c", "x", "y").build();
    JsonNode nothing = parsed(SaeReport.html(bare));
    assertThat(nothing.get("summary").asText()).isEqualTo("Nothing ran.");
    assertThat(nothing.get("charts")).isEmpty();
    assertThat(nothing.get("configuration")).isEmpty();
  }

  @Test
  void valuesThatAreNotFiniteBecomeGaps() throws IOException {
    Curve curve = Curve.of("loss", new double[] {1, 2, 3}, new double[] {2.5, Double.NaN, 0.1});
    ReportData data =
        ReportData.builder("diverged")
            .metric(Metric.LM_LOSS, Double.POSITIVE_INFINITY)
            .chart("Loss", "step", "nats", curve)
            .build();

    JsonNode page = parsed(SaeReport.html(data));

    assertThat(page.get("charts").get(0).get("curves").get(0).get("y").toString())
        .isEqualTo("[2.5,null,0.1]");
    JsonNode loss = page.get("metrics").get(0).get("entries").get(0);
    assertThat(loss.get("value").isNull()).isTrue();
    assertThat(loss.get("text").asText()).isEqualTo("not finite");
  }

  @Test
  void writingReplacesTheFileAndLeavesNothingBeside() throws IOException {
    Path file = folder.resolve("new/run/report.html");
    SaeReport.write(file, SampleReport.languageModel());
    SaeReport.write(file, SampleReport.activations());

    assertThat(Files.readString(file)).isEqualTo(SaeReport.html(SampleReport.activations()));
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aFailedWriteKeepsWhatWasThere() throws IOException {
    Path occupied = Files.createDirectories(folder.resolve("report.html/inside")).getParent();

    assertThatThrownBy(() -> SaeReport.write(occupied, SampleReport.languageModel()))
        .isInstanceOf(IOException.class);

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(occupied);
    }
  }

  @Test
  void writesTheSamplesToLookAt() throws IOException {
    Path target = Path.of("target");
    SaeReport.write(target.resolve("report-sample.html"), SampleReport.text());
    SaeReport.write(target.resolve("report-sample-activations.html"), SampleReport.activations());
    SaeReport.write(target.resolve("report-sample-lm.html"), SampleReport.languageModel());

    assertThat(Files.size(target.resolve("report-sample.html"))).isPositive();
  }

  private static void assertSameContext(JsonNode page, JsonNode node, Context context) {
    assertThat(Stream.of(context.tokens().toArray()).toList())
        .isEqualTo(
            node.get("tokens")
                .valueStream()
                .map(index -> page.get("tokens").get(index.asInt()).asText())
                .toList());
    assertThat(node.get("peak").asInt()).isEqualTo(context.peak());
    assertThat(node.get("document").asText()).isEqualTo(context.document());
    assertThat(node.get("offset").asLong()).isEqualTo(context.offset());
    for (int i = 0; i < context.tokens().size(); i++) {
      float activation = context.activations().get(i);
      assertThat(node.get("activations").get(i).floatValue())
          .isCloseTo(activation, within(1e-3f * activation));
    }
  }

  private static List<String> weights(JsonNode page, JsonNode pairs) {
    return pairs
        .valueStream()
        .map(pair -> page.get("tokens").get(pair.get(0).asInt()).asText())
        .toList();
  }

  private static JsonNode parsed(String html) throws IOException {
    Matcher block = BLOCK.matcher(html);
    assertThat(block.find()).isTrue();
    return new ObjectMapper().readTree(block.group(1));
  }
}
