package dev.simoom.models.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything a report shows. What is empty is left out of the page, so the same record serves a run
 * on text, a run on activations from elsewhere, and a plain language model.
 *
 * @param title heading of the page
 * @param summary a paragraph on what was done; where blank, the page explains the kind of run
 * @param configuration groups of settings
 * @param metrics headline numbers
 * @param stages stages with their times
 * @param charts curves over training
 * @param densities how often the features of the whole dictionary are active
 * @param features the features to browse, with distinct ids
 */
public record ReportData(
    String title,
    String summary,
    List<ConfigurationSection> configuration,
    Map<Metric, Double> metrics,
    List<Stage> stages,
    List<Chart> charts,
    Densities densities,
    List<Feature> features) {

  /**
   * Copies the collections and checks that no feature comes twice.
   *
   * @throws IllegalArgumentException if two features have the same id
   */
  public ReportData {
    configuration = List.copyOf(configuration);
    Map<Metric, Double> ordered = new EnumMap<>(Metric.class);
    ordered.putAll(metrics);
    metrics = Collections.unmodifiableMap(ordered);
    stages = List.copyOf(stages);
    charts = List.copyOf(charts);
    features = List.copyOf(features);
    Set<Integer> ids = new HashSet<>();
    for (Feature feature : features) {
      if (!ids.add(feature.id())) {
        throw new IllegalArgumentException(
            "ReportData: feature " + feature.id() + " is given twice; ids must be distinct");
      }
    }
  }

  /** Starts to gather a report's data. */
  public static Builder builder(String title) {
    return new Builder(title);
  }

  /** Gathers a report's data; every part may stay out. */
  public static final class Builder {

    private final String title;
    private String summary = "";
    private final List<ConfigurationSection> configuration = new ArrayList<>();
    private final Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
    private final List<Stage> stages = new ArrayList<>();
    private final List<Chart> charts = new ArrayList<>();
    private Densities densities = Densities.NONE;
    private final List<Feature> features = new ArrayList<>();

    private Builder(String title) {
      this.title = title;
    }

    /** A paragraph on what was done, in place of the page's own. */
    public Builder summary(String paragraph) {
      summary = paragraph;
      return this;
    }

    /** Adds a group of settings. */
    public Builder configuration(String name, Map<String, String> entries) {
      configuration.add(new ConfigurationSection(name, entries));
      return this;
    }

    /** Sets a headline number. */
    public Builder metric(Metric metric, double value) {
      metrics.put(metric, value);
      return this;
    }

    /** Adds a stage and its time. */
    public Builder stage(String name, double seconds) {
      stages.add(new Stage(name, seconds));
      return this;
    }

    /** Adds a chart. */
    public Builder chart(String chartTitle, String xLabel, String yLabel, Curve... curves) {
      charts.add(new Chart(chartTitle, xLabel, yLabel, List.of(curves)));
      return this;
    }

    /** Sets how often the features of the whole dictionary are active. */
    public Builder densities(Densities measured) {
      densities = measured;
      return this;
    }

    /** Adds a feature to browse. */
    public Builder feature(Feature feature) {
      features.add(feature);
      return this;
    }

    /** The data gathered so far. */
    public ReportData build() {
      return new ReportData(
          title, summary, configuration, metrics, stages, charts, densities, features);
    }
  }
}
