package dev.simoom.models.job;

import dev.simoom.models.lm.LanguageModel;
import dev.simoom.models.report.Context;
import dev.simoom.models.report.Feature;
import dev.simoom.models.report.TokenText;
import dev.simoom.models.report.TokenWeight;
import dev.simoom.models.sae.FeatureContexts;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.text.Tokenizer;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Features in words: the tokens around their activations, and the tokens whose logits their
 * direction raises and lowers when it is read through the final norm's gain and the unembedding.
 */
final class FeatureText {
  private static final int SHOWN_TOKENS = 10;

  private final TextData text;
  private final LanguageModel model;
  private final SparseAutoencoder sae;

  FeatureText(TextData text, LanguageModel model, SparseAutoencoder sae) {
    this.text = text;
    this.model = model;
    this.sae = sae;
  }

  Feature feature(FeatureContexts.Summary summary) {
    float[] effect = effect(summary.id());
    return summary.toFeature(this::context, extreme(effect, true), extreme(effect, false));
  }

  /** A feature of activations that belong to no text. */
  static Feature withoutText(FeatureContexts.Summary summary) {
    return Feature.withoutText(
        summary.id(),
        summary.density(),
        summary.maxActivation(),
        summary.meanWhenActive(),
        summary.activations());
  }

  private Context context(FeatureContexts.Place place) {
    int from = Math.toIntExact(place.firstToken());
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < place.activations().size(); i++) {
      tokens.add(token(text.heldOut().token(from + i)));
    }
    return place.toContext(tokens, "held-out text", from);
  }

  private String token(int id) {
    Tokenizer tokenizer = text.tokenizer();
    return tokenizer.byteLength(id) == 0
        ? tokenizer.tokenText(id)
        : TokenText.of(tokenizer.decode(id));
  }

  /** What one unit of a feature adds to each logit, but for the norm's scale. */
  private float[] effect(int feature) {
    try (Scope _ = Scope.open()) {
      Tensor direction = sae.decoderWeight().value().slice(0, feature, feature + 1L);
      return model.directEffect(direction).toFloatArray();
    }
  }

  private List<TokenWeight> extreme(float[] effect, boolean largest) {
    return IntStream.range(0, effect.length)
        .boxed()
        .sorted(
            (a, b) ->
                largest ? Float.compare(effect[b], effect[a]) : Float.compare(effect[a], effect[b]))
        .limit(SHOWN_TOKENS)
        .map(id -> new TokenWeight(token(id), effect[id]))
        .toList();
  }
}
