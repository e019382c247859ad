package dev.simoom.models.report;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The data block of the page: JSON in ASCII that holds no character with a meaning in HTML.
 *
 * <p>Each distinct token is written once; contexts and weights name it by its index. Numbers keep
 * four significant digits, coordinates of charts six.
 */
final class PageJson {

  private static final MathContext SHOWN = new MathContext(4);
  private static final MathContext DRAWN = new MathContext(6);
  private static final int CURVE_BUCKETS = 400;

  private static final ObjectMapper MAPPER = mapper();

  private final ObjectNode page = MAPPER.createObjectNode();
  private final ArrayNode tokens = MAPPER.createArrayNode();
  private final Map<String, Integer> tokenIndex = new HashMap<>();

  private PageJson() {}

  static String of(ReportData data) {
    PageJson json = new PageJson();
    json.addHeader(data);
    json.addMetrics(data.metrics());
    json.addCharts(data.charts());
    json.addDensities(data.densities());
    json.addFeatures(data.features());
    try {
      return MAPPER.writeValueAsString(json.page);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addHeader(ReportData data) {
    page.put("title", data.title());
    page.put("summary", data.summary().isBlank() ? explanation(data) : data.summary());
    ArrayNode sections = page.putArray("configuration");
    for (ConfigurationSection section : data.configuration()) {
      if (!section.entries().isEmpty()) {
        ObjectNode node = sections.addObject().put("name", section.name());
        ArrayNode entries = node.putArray("entries");
        section.entries().forEach((name, value) -> entries.addArray().add(name).add(value));
      }
    }
    ArrayNode stages = page.putArray("stages");
    for (Stage stage : data.stages()) {
      ObjectNode node = stages.addObject().put("name", stage.name());
      putNumber(node, "seconds", stage.seconds(), SHOWN);
    }
  }

  private void addMetrics(Map<Metric, Double> metrics) {
    ArrayNode groups = page.putArray("metrics");
    for (Metric.Group group : Metric.Group.values()) {
      List<Metric> members =
          metrics.keySet().stream().filter(metric -> metric.group() == group).toList();
      if (!members.isEmpty()) {
        ObjectNode groupNode = groups.addObject().put("id", group.name()).put("name", group.title);
        ArrayNode entries = groupNode.putArray("entries");
        for (Metric metric : members) {
          double value = metrics.get(metric);
          ObjectNode node = entries.addObject().put("key", metric.key());
          node.put("label", metric.label()).put("meaning", metric.meaning());
          node.put("text", metric.text(value)).put("unit", metric.unit());
          putNumber(node, "value", value, MathContext.DECIMAL64);
        }
      }
    }
  }

  private void addCharts(List<Chart> charts) {
    ArrayNode nodes = page.putArray("charts");
    for (Chart chart : charts) {
      if (!chart.isEmpty()) {
        ObjectNode node = nodes.addObject().put("title", chart.title());
        node.put("xLabel", chart.xLabel()).put("yLabel", chart.yLabel());
        ArrayNode curves = node.putArray("curves");
        for (Curve curve : chart.curves()) {
          Curve drawn = curve.thinned(CURVE_BUCKETS);
          ObjectNode curveNode = curves.addObject().put("name", drawn.name());
          ArrayNode x = curveNode.putArray("x");
          drawn.steps().forEach(step -> addNumber(x, step, MathContext.DECIMAL64));
          ArrayNode y = curveNode.putArray("y");
          drawn.values().forEach(value -> addNumber(y, value, DRAWN));
        }
      }
    }
  }

  private void addDensities(Densities densities) {
    if (!densities.isEmpty()) {
      ObjectNode node = page.putObject("densities").put("never", densities.neverActive());
      addHistogram(node, "log10", densities.log10());
    }
  }

  private void addFeatures(List<Feature> features) {
    ArrayNode nodes = MAPPER.createArrayNode();
    for (Feature feature : features) {
      ObjectNode node = nodes.addObject().put("id", feature.id());
      putNumber(node, "density", feature.density(), SHOWN);
      putNumber(node, "max", feature.maxActivation(), SHOWN);
      putNumber(node, "mean", feature.meanWhenActive(), SHOWN);
      addHistogram(node, "histogram", feature.activations());
      addWeights(node.putArray("promoted"), feature.promoted());
      addWeights(node.putArray("suppressed"), feature.suppressed());
      ArrayNode contexts = node.putArray("contexts");
      feature.contexts().forEach(context -> addContext(contexts.addObject(), context));
    }
    page.set("tokens", tokens);
    page.set("features", nodes);
  }

  private void addContext(ObjectNode node, Context context) {
    node.put("document", context.document()).put("offset", context.offset());
    node.put("peak", context.peak());
    ArrayNode indices = node.putArray("tokens");
    context.tokens().forEach(token -> indices.add(indexOf(token)));
    ArrayNode activations = node.putArray("activations");
    context.activations().forEach(activation -> addNumber(activations, activation, SHOWN));
  }

  private void addWeights(ArrayNode nodes, List<TokenWeight> weights) {
    for (TokenWeight weight : weights) {
      ArrayNode pair = nodes.addArray().add(indexOf(weight.token()));
      addNumber(pair, weight.weight(), SHOWN);
    }
  }

  private int indexOf(String token) {
    return tokenIndex.computeIfAbsent(
        token,
        text -> {
          tokens.add(text);
          return tokens.size() - 1;
        });
  }

  private static void addHistogram(ObjectNode parent, String name, Histogram histogram) {
    if (!histogram.counts().isEmpty()) {
      ObjectNode node = parent.putObject(name);
      putNumber(node, "low", histogram.low(), DRAWN);
      putNumber(node, "width", histogram.width(), DRAWN);
      ArrayNode counts = node.putArray("counts");
      histogram.counts().forEach(counts::add);
    }
  }

  private static void putNumber(ObjectNode node, String name, double value, MathContext digits) {
    if (Double.isFinite(value)) {
      node.put(name, rounded(value, digits));
    } else {
      node.putNull(name);
    }
  }

  private static void addNumber(ArrayNode node, double value, MathContext digits) {
    if (Double.isFinite(value)) {
      node.add(rounded(value, digits));
    } else {
      node.addNull();
    }
  }

  private static BigDecimal rounded(double value, MathContext digits) {
    BigDecimal number = new BigDecimal(value).round(digits);
    return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
  }

  private static String explanation(ReportData data) {
    boolean text = data.features().stream().anyMatch(feature -> !feature.contexts().isEmpty());
    if (text) {
      return "A language model was trained from scratch. While it read on, the inner state of one"
          + " of its layers was recorded, and a sparse autoencoder learned to write each state as"
          + " the sum of a few features out of a large dictionary. This page shows how well both"
          + " learned, how much of the model's behaviour the features preserve, and what each"
          + " feature responds to: the places in unseen text where it was most active, and the"
          + " tokens it speaks for and against.";
    }
    if (!data.features().isEmpty() || !data.densities().isEmpty()) {
      return "A sparse autoencoder learned to write recorded activations as the sum of a few"
          + " features out of a large dictionary. The activations came without their text, so"
          + " this page shows how well they are reconstructed and how often and how strongly each"
          + " feature is active.";
    }
    return "A language model was trained from scratch. This page shows how its training went and"
        + " what it reached on text it never saw.";
  }

  private static ObjectMapper mapper() {
    return new ObjectMapper(
        new JsonFactoryBuilder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .characterEscapes(new HtmlEscapes())
            .build());
  }

  /** Writes what could end or open an HTML element as a JSON escape. */
  private static final class HtmlEscapes extends CharacterEscapes {

    private static final long serialVersionUID = 1L;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = standardAsciiEscapesForJSON();
      for (char special : new char[] {'<', '>', '&'}) {
        codes[special] = ESCAPE_STANDARD;
      }
      return codes;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
      return null;
    }
  }
}
