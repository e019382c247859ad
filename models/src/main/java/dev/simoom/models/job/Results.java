package dev.simoom.models.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simoom.kernels.DType;
import dev.simoom.models.lm.LanguageModel;
import dev.simoom.models.lm.LmEvaluation;
import dev.simoom.models.lm.SpliceEvaluation;
import dev.simoom.models.report.Curve;
import dev.simoom.models.report.Feature;
import dev.simoom.models.report.Metric;
import dev.simoom.models.report.ReportData;
import dev.simoom.models.report.SaeReport;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunDirectory;
import dev.simoom.models.sae.FeatureContexts;
import dev.simoom.models.sae.ProbeLoss;
import dev.simoom.models.sae.SaeMetrics;
import dev.simoom.models.sae.SafetensorsActivations;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.sae.SparseCode;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Evaluates what a run has trained and writes {@code metrics.json} and {@code report.html}. */
final class Results {
  private static final int ACTIVATION_BATCH = 2048;
  private static final int ABLATION_POSITIONS = 16;

  private final SaeJobConfig config;
  private final Path folder;
  private final Progress progress;
  private final Map<Metric, Double> metrics = new LinkedHashMap<>();
  private final Map<String, Double> stages;

  /**
   * Results to be written to a run's folder.
   *
   * @param stages seconds that each stage of the training took
   */
  Results(SaeJobConfig config, Path folder, Progress progress, Map<String, Double> stages) {
    this.config = config;
    this.folder = folder;
    this.progress = progress;
    this.stages = stages;
  }

  // ---------------------------------------------------------------- text

  void ofText(TextData text, LanguageModel model, SparseAutoencoder sae) throws IOException {
    progress.stage("evaluation");
    TextEvaluation evaluation = TextEvaluation.of(config, model, sae, text.evaluation(config));
    LmEvaluation lm = evaluation.model();
    metrics.put(Metric.LM_LOSS, lm.loss());
    metrics.put(Metric.LM_BITS_PER_BYTE, lm.bitsPerByte());
    metrics.put(Metric.LM_BASELINE_BITS_PER_BYTE, text.baselineBitsPerByte());
    SaeMetrics.Result result = evaluation.autoencoder();
    put(result);
    put(evaluation.splice(result.mean()));
    HeldOutSample sample = HeldOutSample.of(config, model, text.evaluation(config));
    put(Probes.of(sae, sample, text.tokenTexts()));
    put(Ablations.of(config, model, sae, sample, ABLATION_POSITIONS));
    FeatureText features = new FeatureText(text, model, sae);
    finish(result, features(result, evaluation.contexts(), features::feature));
  }

  private List<Feature> features(
      SaeMetrics.Result result,
      FeatureContexts contexts,
      Function<FeatureContexts.Summary, Feature> text) {
    int[] chosen = FeatureContexts.choose(result.density(), config.features());
    return contexts.summaries(chosen).stream().map(text).toList();
  }

  // ---------------------------------------------------------------- activations

  void ofActivations(SparseAutoencoder sae) throws IOException {
    progress.stage("evaluation");
    SaeMetrics measured = new SaeMetrics(sae);
    FeatureContexts contexts = new FeatureContexts(config.sae().latents(), 1, 0, 0);
    try (Program program = Program.ofMany(in -> measure(sae, in.get(0), in.get(1)))) {
      eachHeldOut(
          (rows, count) -> {
            Tensor counted = Tensor.ofInts(Shape.SCALAR, count);
            List<Tensor> results = program.runAll(rows, counted);
            SparseCode code = new SparseCode(results.get(0), results.get(1));
            contexts.add(code, 1, new long[count]);
            measured.add(results.subList(2, results.size()), count);
          });
    }
    SaeMetrics.Result result = measured.result();
    put(result);
    finish(result, features(result, contexts, FeatureText::withoutText));
  }

  private static List<Tensor> measure(SparseAutoencoder sae, Tensor rows, Tensor counted) {
    SparseCode code = sae.encodeLargest(rows, FeatureContexts.MOST_ACTIVE);
    List<Tensor> results = new ArrayList<>(List.of(code.values(), code.indices()));
    results.addAll(SaeMetrics.measure(sae, rows, counted));
    return results;
  }

  /** Takes rows of which the first ones count; the others are fillers. */
  private interface Rows {
    void accept(Tensor rows, int count);
  }

  private void eachHeldOut(Rows use) throws IOException {
    try (SafetensorsActivations file = ActivationFile.open(config);
        Arena arena = Arena.ofConfined()) {
      Shape shape = Shape.of(ACTIVATION_BATCH, file.width());
      MemorySegment memory = arena.allocate(4L * shape.elements(), 64);
      long limit = (long) config.evaluationBatches() * ACTIVATION_BATCH;
      long first = ActivationFile.firstHeldOut(file);
      long end = Math.min(file.rows(), first + limit);
      for (long row = first; row < end; row += ACTIVATION_BATCH) {
        long count = Math.min(ACTIVATION_BATCH, end - row);
        file.read(row, count, memory);
        try (Scope _ = Scope.open()) {
          use.accept(Tensor.of(shape, DType.F32, memory), Math.toIntExact(count));
        }
      }
    }
  }

  // ---------------------------------------------------------------- files

  private void put(SaeMetrics.Result result) {
    metrics.put(Metric.SAE_FVU, result.fvu());
    metrics.put(Metric.SAE_COSINE, result.cosine());
    metrics.put(Metric.SAE_L2_RATIO, result.normRatio());
    metrics.put(Metric.SAE_RECONSTRUCTION_BIAS, result.bias());
    metrics.put(Metric.SAE_L0, result.l0());
    metrics.put(Metric.SAE_DEAD_FRACTION, result.neverFired());
  }

  /** There are no figures where the text has too little variety to ask about. */
  private void put(ProbeLoss.Result probes) {
    if (!probes.probes().isEmpty()) {
      metrics.put(Metric.SAE_PROBE_LOSS, probes.loss());
      metrics.put(Metric.SAE_PROBE_LOSS_BASE, probes.baseLoss());
    }
  }

  private void put(Ablations.Result ablations) {
    if (Double.isFinite(ablations.latents())) {
      metrics.put(Metric.SAE_ABLATION_SPARSITY, ablations.latents());
      metrics.put(Metric.SAE_ABLATION_SPARSITY_CHANNELS, ablations.channels());
    }
  }

  private void put(SpliceEvaluation spliced) {
    metrics.put(Metric.SAE_CE_CLEAN, spliced.clean());
    metrics.put(Metric.SAE_CE_SPLICED, spliced.spliced());
    metrics.put(Metric.SAE_CE_MEAN_ABLATED, spliced.meanAblated());
    metrics.put(Metric.SAE_CE_ZERO_ABLATED, spliced.zeroAblated());
    metrics.put(Metric.SAE_CE_RECOVERED, spliced.recoveredAgainstZero());
    metrics.put(Metric.SAE_CE_RECOVERED_MEAN, spliced.recoveredAgainstMean());
    metrics.put(Metric.SAE_KL, spliced.kl());
  }

  private void finish(SaeMetrics.Result result, List<Feature> features) throws IOException {
    // Read before anything is written: where it cannot be, the files of before stay.
    List<JsonNode> lines = RunDirectory.readMetrics(folder);
    Map<String, Double> all = new LinkedHashMap<>(stages);
    all.put("evaluation", progress.stageSeconds());
    Map<String, Object> summary = new LinkedHashMap<>();
    metrics.forEach((metric, value) -> summary.put(metric.key(), value));
    summary.put("seconds", all.values().stream().mapToDouble(s -> s).sum());
    RunDirectory.writeJson(folder.resolve("metrics.json"), summary);
    ReportData.Builder report = ReportData.builder(title());
    ReportParts.configuration(config).forEach(report::configuration);
    metrics.forEach(report::metric);
    all.forEach(report::stage);
    ReportParts.charts(lines)
        .forEach(
            c -> report.chart(c.title(), c.xLabel(), c.yLabel(), c.curves().toArray(Curve[]::new)));
    report.densities(result.densities());
    features.forEach(report::feature);
    SaeReport.write(folder.resolve("report.html"), report.build());
    progress.done(figures());
  }

  private String title() {
    return config.readsActivations()
        ? "Sparse autoencoder of " + Path.of(config.activations()).getFileName()
        : "Language model and sparse autoencoder";
  }

  private String figures() {
    List<String> parts = new ArrayList<>();
    metrics.forEach((m, v) -> parts.add(String.format(Locale.ROOT, "%s %.3f", m.key(), v)));
    return String.join("  ", parts);
  }
}
