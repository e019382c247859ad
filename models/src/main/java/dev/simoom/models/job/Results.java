package dev.simoom.models.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simoom.kernels.DType;
import dev.simoom.models.lm.LmEvaluation;
import dev.simoom.models.lm.SpliceEvaluation;
import dev.simoom.models.lm.Transformer;
import dev.simoom.models.report.Metric;
import dev.simoom.models.report.ReportData;
import dev.simoom.models.report.SaeReport;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunDirectory;
import dev.simoom.models.sae.FeatureContexts;
import dev.simoom.models.sae.SaeMetrics;
import dev.simoom.models.sae.SafetensorsActivations;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.sae.SparseCode;
import dev.simoom.models.text.TokenBatches;
import dev.simoom.tensor.AtomicFiles;
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
import java.util.function.Consumer;

/** Evaluates what a run has trained and writes {@code metrics.json} and {@code report.html}. */
final class Results {
  private static final int ACTIVATION_BATCH = 2048;
  private static final ObjectMapper JSON = new ObjectMapper();

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

  void ofText(TextData text, Transformer model, SparseAutoencoder sae) throws IOException {
    progress.stage("evaluation");
    TokenBatches heldOut = text.evaluation(config);
    LmEvaluation lm = LmEvaluation.of(model, heldOut, Integer.MAX_VALUE);
    metrics.put(Metric.LM_LOSS, lm.loss());
    metrics.put(Metric.LM_BITS_PER_BYTE, lm.bitsPerByte());
    metrics.put(Metric.LM_BASELINE_BITS_PER_BYTE, text.baselineBitsPerByte());
    SaeMetrics activations = new SaeMetrics(sae);
    double[] sum = new double[config.width()];
    HeldOut.forEach(
        config,
        model,
        heldOut,
        (rows, first) -> {
          activations.add(rows);
          addTo(sum, rows.toFloatArray());
        });
    SaeMetrics.Result result = activations.result();
    put(result);
    splice(model, sae, heldOut, sum, result.rows());
    FeatureContexts contexts = contexts(model, sae, heldOut, result);
    FeatureText features = new FeatureText(text, model, sae);
    finish(result, contexts.summaries().stream().map(features::feature).toList());
  }

  private void splice(
      Transformer model, SparseAutoencoder sae, TokenBatches heldOut, double[] sum, long rows) {
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / rows);
    }
    try (Scope _ = Scope.open()) {
      SpliceEvaluation spliced =
          SpliceEvaluation.of(
              model,
              config.layer(),
              sae::reconstruct,
              Tensor.of(mean),
              heldOut,
              config.evaluationBatches());
      metrics.put(Metric.SAE_CE_CLEAN, spliced.clean());
      metrics.put(Metric.SAE_CE_SPLICED, spliced.spliced());
      metrics.put(Metric.SAE_CE_MEAN_ABLATED, spliced.meanAblated());
      metrics.put(Metric.SAE_CE_ZERO_ABLATED, spliced.zeroAblated());
      metrics.put(Metric.SAE_CE_RECOVERED, spliced.recoveredAgainstZero());
      metrics.put(Metric.SAE_CE_RECOVERED_MEAN, spliced.recoveredAgainstMean());
      metrics.put(Metric.SAE_KL, spliced.kl());
    }
  }

  private FeatureContexts contexts(
      Transformer model, SparseAutoencoder sae, TokenBatches heldOut, SaeMetrics.Result result) {
    int[] chosen = FeatureContexts.choose(result.density(), config.features());
    FeatureContexts contexts = new FeatureContexts(config.sae().latents(), chosen, 12, 20, 12);
    HeldOut.forEach(
        config,
        model,
        heldOut,
        (rows, first) -> {
          SparseCode code = sae.encode(rows);
          int windows = Math.toIntExact(rows.shape().extent(0)) / heldOut.context();
          long[] starts = new long[windows];
          for (int i = 0; i < windows; i++) {
            starts[i] = (first + i) * heldOut.context();
          }
          contexts.add(code, starts);
        });
    return contexts;
  }

  private static void addTo(double[] sum, float[] rows) {
    for (int i = 0; i < rows.length; i++) {
      sum[i % sum.length] += rows[i];
    }
  }

  // ---------------------------------------------------------------- activations

  void ofActivations(SparseAutoencoder sae) throws IOException {
    progress.stage("evaluation");
    SaeMetrics measured = new SaeMetrics(sae);
    eachHeldOut(measured::add);
    SaeMetrics.Result result = measured.result();
    put(result);
    int[] chosen = FeatureContexts.choose(result.density(), config.features());
    FeatureContexts contexts = new FeatureContexts(config.sae().latents(), chosen, 1, 0, 0);
    eachHeldOut(
        rows -> {
          long[] starts = new long[Math.toIntExact(rows.shape().extent(0))];
          contexts.add(sae.encode(rows), starts);
        });
    finish(result, contexts.summaries().stream().map(FeatureText::withoutText).toList());
  }

  private void eachHeldOut(Consumer<Tensor> use) throws IOException {
    try (SafetensorsActivations file = ActivationFile.open(config);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(4L * ACTIVATION_BATCH * file.width(), 64);
      long limit = (long) config.evaluationBatches() * ACTIVATION_BATCH;
      long first = ActivationFile.firstHeldOut(file);
      long end = Math.min(file.rows(), first + limit);
      for (long row = first; row < end; row += ACTIVATION_BATCH) {
        long count = Math.min(ACTIVATION_BATCH, end - row);
        file.read(row, count, memory);
        try (Scope _ = Scope.open()) {
          MemorySegment read = memory.asSlice(0, 4 * count * file.width());
          use.accept(Tensor.of(Shape.of(count, file.width()), DType.F32, read));
        }
      }
    }
  }

  // ---------------------------------------------------------------- files

  private void put(SaeMetrics.Result result) {
    metrics.put(Metric.SAE_FVU, result.fvu());
    metrics.put(Metric.SAE_L0, result.l0());
    metrics.put(Metric.SAE_DEAD_FRACTION, result.neverFired());
  }

  private void finish(SaeMetrics.Result result, List<dev.simoom.models.report.Feature> features)
      throws IOException {
    Map<String, Double> all = new LinkedHashMap<>(stages);
    all.put("evaluation", progress.stageSeconds());
    Map<String, Object> summary = new LinkedHashMap<>();
    metrics.forEach((metric, value) -> summary.put(metric.key(), value));
    summary.put("seconds", all.values().stream().mapToDouble(s -> s).sum());
    AtomicFiles.write(
        folder.resolve("metrics.json"),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n");
    ReportData.Builder report = ReportData.builder(title());
    ReportParts.configuration(config).forEach(report::configuration);
    metrics.forEach(report::metric);
    all.forEach(report::stage);
    ReportParts.charts(RunDirectory.readMetrics(folder))
        .forEach(
            c ->
                report.chart(
                    c.title(),
                    c.xLabel(),
                    c.yLabel(),
                    c.curves().toArray(dev.simoom.models.report.Curve[]::new)));
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
