package dev.simoom.models.job;

import dev.simoom.models.lm.HeldOut;
import dev.simoom.models.lm.LanguageModel;
import dev.simoom.models.lm.LmEvaluation;
import dev.simoom.models.lm.SpliceEvaluation;
import dev.simoom.models.sae.FeatureContexts;
import dev.simoom.models.sae.SaeMetrics;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.sae.SparseCode;
import dev.simoom.models.text.TokenBatches;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What model and autoencoder make of held-out text, from one pass over it: each batch goes once
 * through one program, and what is needed of it is added up at once.
 *
 * <p>The autoencoder is measured on as many batches as the settings say, and so is a model from
 * elsewhere; one that the run trained is on all.
 */
final class TextEvaluation {
  private static final int PLACES = 12;
  private static final int TOKENS_BEFORE = 20;
  private static final int TOKENS_AFTER = 12;

  private final SaeJobConfig config;
  private final LanguageModel model;
  private final SparseAutoencoder sae;
  private final LmEvaluation.Sums losses = new LmEvaluation.Sums();
  private final SpliceEvaluation.Sums splices;
  private final SaeMetrics activations;
  private final FeatureContexts contexts;
  private long windows;

  private TextEvaluation(SaeJobConfig config, LanguageModel model, SparseAutoencoder sae) {
    this.config = config;
    this.model = model;
    this.sae = sae;
    splices = new SpliceEvaluation.Sums(model, config.layer());
    activations = new SaeMetrics(sae);
    int latents = sae.config().latents();
    contexts = new FeatureContexts(latents, PLACES, TOKENS_BEFORE, TOKENS_AFTER);
  }

  /** Evaluates on a text. */
  static TextEvaluation of(
      SaeJobConfig config, LanguageModel model, SparseAutoencoder sae, TokenBatches heldOut) {
    TextEvaluation evaluation = new TextEvaluation(config, model, sae);
    int batches = config.evaluationBatches();
    try (Program both = Program.ofMany(in -> evaluation.trace(in.get(0), in.get(1)))) {
      HeldOut.forEach(heldOut, 0, batches, both, evaluation::add);
    }
    try (Program alone = Program.ofMany(in -> List.of(LmEvaluation.losses(model, in.get(0))))) {
      HeldOut.forEach(
          heldOut,
          batches,
          config.readsModel() ? batches : Integer.MAX_VALUE,
          alone,
          (batch, results) -> evaluation.losses.add(batch, results.getFirst()));
    }
    return evaluation;
  }

  /** The splice's three results, the code's two, and the rest for the metrics. */
  private List<Tensor> trace(Tensor batch, Tensor counted) {
    long context = batch.shape().extent(1) - 1;
    Tensor stream = model.residual(batch.slice(1, 0, context), config.layer());
    Tensor rows = stream.reshape(-1, model.width());
    Tensor rebuilt = sae.reconstruct(rows).reshape(stream.shape());
    Tensor targets = batch.slice(1, 1, context + 1);
    SparseCode code = sae.encodeLargest(rows, FeatureContexts.MOST_ACTIVE);
    List<Tensor> results = new ArrayList<>();
    results.addAll(SpliceEvaluation.compare(model, config.layer(), stream, rebuilt, targets));
    results.addAll(List.of(code.values(), code.indices()));
    results.addAll(SaeMetrics.measure(sae, rows, counted));
    return results;
  }

  private void add(TokenBatches.Evaluation batch, List<Tensor> results) {
    losses.add(batch, results.getFirst());
    splices.add(batch, results.subList(0, 3));
    long[] firstTokens = new long[batch.rows()];
    for (int i = 0; i < firstTokens.length; i++) {
      firstTokens[i] = windows++ * config.context();
    }
    SparseCode code = new SparseCode(results.get(3), results.get(4));
    contexts.add(code, config.context(), firstTokens);
    activations.add(results.subList(5, results.size()), batch.rows() * config.context());
  }

  /** The model's losses. */
  LmEvaluation model() {
    return losses.result();
  }

  /** Figures of the autoencoder on the residual stream. */
  SaeMetrics.Result autoencoder() {
    return activations.result();
  }

  /**
   * What the reconstruction does to the model's predictions.
   *
   * @param mean the mean activation
   */
  SpliceEvaluation splice(float[] mean) {
    return splices.result(mean);
  }

  /** Where the features are active. */
  FeatureContexts contexts() {
    return contexts;
  }
}
