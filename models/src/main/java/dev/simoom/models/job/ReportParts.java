package dev.simoom.models.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simoom.models.report.Chart;
import dev.simoom.models.report.Curve;
import dev.simoom.models.sae.Normalisation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings and curves of a run as the report shows them. */
final class ReportParts {
  private ReportParts() {}

  static Map<String, Map<String, String>> configuration(SaeJobConfig config) {
    Map<String, Map<String, String>> sections = new LinkedHashMap<>();
    if (config.readsActivations()) {
      sections.put("Activations", entries("file", config.activations(), "tensor", config.tensor()));
    } else {
      sections.put("Language model", config.readsModel() ? model(config) : ownModel(config));
    }
    SaeJobConfig.SaeSettings sae = config.sae();
    Map<String, String> entries =
        entries(
            "latents",
            sae.latents(),
            "sparsity",
            sae.sparsity(),
            sae.sparsity().isPenalised() ? "penalty" : "k",
            sae.sparsity().isPenalised() ? sae.penalty() : sae.k(),
            "activations",
            sae.normalisation() == Normalisation.NONE ? "as they are" : sae.normalisation(),
            "steps",
            sae.steps(),
            "activations per step",
            sae.batch(),
            "learning rate",
            sae.learningRate(),
            "dead after",
            sae.deadAfterTokens() + " activations",
            "auxiliary loss",
            sae.auxiliaryLoss() && !sae.sparsity().isPenalised()
                ? sae.kAux() + " dead latents"
                : "off");
    if (!config.readsActivations()) {
      entries.put("residual stream after block", Integer.toString(config.layer()));
    }
    sections.put("Sparse autoencoder", entries);
    sections.put("Run", entries("seed", config.seed()));
    return sections;
  }

  private static Map<String, String> model(SaeJobConfig config) {
    return entries(
        "folder", config.model(),
        "text", text(config),
        "vocabulary", config.vocabulary(),
        "context", config.context(),
        "width", config.width(),
        "blocks", config.blocks(),
        "windows at once", config.lm().batch());
  }

  private static Map<String, String> ownModel(SaeJobConfig config) {
    return entries(
        "text", text(config),
        "vocabulary", config.vocabulary(),
        "context", config.context(),
        "width", config.width(),
        "heads", config.heads(),
        "blocks", config.blocks(),
        "steps", config.lm().steps(),
        "windows per step", config.lm().batch(),
        "learning rate", config.lm().learningRate(),
        "AdEMAMix alpha", config.lm().alpha(),
        "AdEMAMix beta3", config.lm().beta3());
  }

  private static String text(SaeJobConfig config) {
    return config.text().isEmpty() ? "sources of the JDK" : String.join(", ", config.text());
  }

  private static Map<String, String> entries(Object... keysAndValues) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.put(keysAndValues[i].toString(), keysAndValues[i + 1].toString());
    }
    return entries;
  }

  static List<Chart> charts(List<JsonNode> history) {
    List<Chart> charts = new ArrayList<>();
    add(charts, "Language model", "nats per token", history, "lm", Map.of("loss", "training loss"));
    add(
        charts,
        "Sparse autoencoder: reconstruction error",
        "share of variance",
        history,
        "sae",
        Map.of("reconstruction", "reconstruction error"));
    add(
        charts,
        "Sparse autoencoder: auxiliary loss of dead latents",
        "normalised error",
        history,
        "sae",
        Map.of("auxiliary", "auxiliary loss"));
    add(
        charts,
        "Sparse autoencoder: dead latents",
        "share of latents",
        history,
        "sae",
        Map.of("dead_fraction", "dead"));
    return charts;
  }

  private static void add(
      List<Chart> charts,
      String title,
      String unit,
      List<JsonNode> history,
      String stage,
      Map<String, String> keys) {
    List<Curve> curves = new ArrayList<>();
    keys.forEach(
        (key, name) -> {
          List<JsonNode> lines =
              history.stream()
                  .filter(n -> n.path("stage").asText().equals(stage) && n.has(key))
                  .toList();
          double[] steps = lines.stream().mapToDouble(n -> n.path("step").asDouble()).toArray();
          double[] values = lines.stream().mapToDouble(n -> n.path(key).asDouble()).toArray();
          if (steps.length > 1) {
            curves.add(Curve.of(name, steps, values));
          }
        });
    if (!curves.isEmpty()) {
      charts.add(new Chart(title, "step", unit, curves));
    }
  }
}
