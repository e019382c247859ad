package dev.simoom.models.job;

import dev.simoom.models.lm.AblationEffects;
import dev.simoom.models.lm.LanguageModel;
import dev.simoom.models.run.CounterRandom;
import dev.simoom.models.sae.Normalisation.Normalised;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The sparsity of the effects of latents on the logits, beside that of the residual stream's own
 * coordinates, over a random sample of ablations.
 *
 * <p>Each is at a random token: of a latent drawn from those that are active there, whose
 * contribution to the reconstruction is taken away, and of a coordinate, which is set to 0.
 */
final class Ablations {
  /** Tokens of the sample for each ablation. */
  private static final int TOKENS_EACH = 128;

  private static final int BATCH = 16;

  /** Logits of a run at most, but for one window. */
  private static final long MOST_LOGITS = 1 << 24;

  private final SaeJobConfig config;
  private final LanguageModel model;
  private final SparseAutoencoder sae;
  private final HeldOutSample sample;
  private final Mean latents = new Mean();
  private final Mean channels = new Mean();

  /**
   * The mean sparsity.
   *
   * @param latents of latents, not a number where none had an effect
   * @param channels of coordinates
   */
  record Result(double latents, double channels) {}

  private static final class Mean {
    private double sum;
    private int count;

    void add(double value) {
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }

    double value() {
      return sum / count;
    }
  }

  private Ablations(
      SaeJobConfig config, LanguageModel model, SparseAutoencoder sae, HeldOutSample sample) {
    this.config = config;
    this.model = model;
    this.sae = sae;
    this.sample = sample;
  }

  /**
   * Measures it.
   *
   * @param positions positions whose logits are looked at, or all where the context has fewer
   */
  static Result of(
      SaeJobConfig config,
      LanguageModel model,
      SparseAutoencoder sae,
      HeldOutSample sample,
      int positions) {
    Ablations ablations = new Ablations(config, model, sae, sample);
    long logits = (long) config.context() * model.vocabulary();
    int batch = Math.clamp(MOST_LOGITS / logits, 1, BATCH);
    int seen = Math.min(positions, config.context());
    try (AblationEffects effects = new AblationEffects(model, config.layer(), seen)) {
      int pairs = Math.max(1, sample.windows().size() * config.context() / TOKENS_EACH);
      for (int first = 0; first < pairs; first += batch) {
        ablations.add(effects, first, Math.min(batch, pairs - first));
      }
    }
    return new Result(ablations.latents.value(), ablations.channels.value());
  }

  /** Which of some things the pair takes for one of its choices. */
  private int draw(int pair, int choice, long things) {
    return (int) CounterRandom.below(things, config.seed() + 0xab1a, 3L * pair + choice);
  }

  private void add(AblationEffects effects, int first, int count) {
    int width = model.width();
    List<float[]> streams = new ArrayList<>();
    int[] at = new int[count];
    float[] rows = new float[count * width];
    float[] coordinates = new float[count * width];
    for (int i = 0; i < count; i++) {
      float[] stream = sample.streams().get((first + i) % sample.streams().size());
      at[i] = draw(first + i, 0, stream.length / width - effects.positions() + 1L);
      System.arraycopy(stream, at[i] * width, rows, i * width, width);
      int channel = draw(first + i, 1, width);
      coordinates[i * width + channel] = rows[i * width + channel];
      streams.add(stream);
    }
    try (Scope _ = Scope.open()) {
      Shape vectors = Shape.of(count, width);
      Tensor stream = Tensor.of(Shape.of(count, config.context(), width), Probes.joined(streams));
      Tensor removed = contributions(Tensor.of(vectors, rows), first);
      for (double sparsity : effects.sparsity(stream, removed, at)) {
        latents.add(sparsity);
      }
      for (double sparsity : effects.sparsity(stream, Tensor.of(vectors, coordinates), at)) {
        channels.add(sparsity);
      }
    }
  }

  /** What one active latent of each row adds to it, zeros where none is active. */
  private Tensor contributions(Tensor rows, int first) {
    Normalised input = sae.normalise(rows);
    float[] all = sae.latents(input.rows()).toFloatArray();
    int size = sae.config().latents();
    int[] chosen = new int[all.length / size];
    float[] values = new float[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      List<Integer> active = new ArrayList<>();
      for (int latent = 0; latent < size; latent++) {
        if (all[i * size + latent] > 0) {
          active.add(latent);
        }
      }
      if (!active.isEmpty()) {
        chosen[i] = active.get(draw(first + i, 2, active.size()));
        values[i] = all[i * size + chosen[i]];
      }
    }
    Tensor ids = Tensor.ofInts(Shape.of(chosen.length), chosen);
    Tensor scale = Tensor.of(Shape.of(chosen.length, 1), values).mul(input.norm());
    return sae.decoderWeight().value().gather(ids).mul(scale);
  }
}
