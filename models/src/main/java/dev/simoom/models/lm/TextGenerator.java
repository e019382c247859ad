package dev.simoom.models.lm;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.List;

/**
 * Continues texts, token by token, with a trained model that it does not own. It sees as many of
 * the last tokens as the model's context holds.
 */
public final class TextGenerator implements AutoCloseable {
  private final int context;
  private final Program logits;

  /** A generator; its one program is compiled when it is first used. */
  public TextGenerator(LanguageModel model) {
    context = model.context();
    int last = model.layers();
    logits =
        Program.of(
            (window, at) -> {
              Tensor stream = model.residual(window, last).squeeze(0).gather(at);
              return model.logitsFrom(stream, last).squeeze(0);
            });
  }

  /**
   * The logits of the token that follows, one for each of the vocabulary.
   *
   * @throws IllegalArgumentException if there are no tokens yet
   */
  public float[] next(List<Integer> tokens) {
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("at least one token must be there to be continued");
    }
    int seen = Math.min(context, tokens.size());
    int[] window = new int[context];
    for (int i = 0; i < seen; i++) {
      window[i] = tokens.get(tokens.size() - seen + i);
    }
    try (Scope _ = Scope.open()) {
      // What follows the last token in the window is not seen from there.
      Tensor ids = Tensor.ofInts(Shape.of(1, context), window);
      return logits.run(ids, Tensor.ofInts(Shape.of(1), seen - 1)).toFloatArray();
    }
  }

  /** Frees the program. */
  @Override
  public void close() {
    logits.close();
  }
}
