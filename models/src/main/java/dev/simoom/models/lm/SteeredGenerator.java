package dev.simoom.models.lm;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Continues texts with a model, which it does not own, whose residual stream after a layer is
 * edited at every position that a token is generated from: the last of the prompt and all after it.
 *
 * <p>It computes the whole window for each token, and of it as much as the next power of two of the
 * tokens there are, so that few programs are compiled.
 */
public final class SteeredGenerator implements AutoCloseable {
  private static final int LEAST_WINDOW = 16;

  private final int context;
  private final int prompt;
  private final Program logits;

  /**
   * A generator.
   *
   * @param layer the edited layer of the residual stream
   * @param edit from the stream [1, time, width] to what takes its place
   * @param prompt tokens that are there at first, 1 or more; all but the last are left alone
   * @throws IllegalArgumentException if there is none
   */
  public SteeredGenerator(LanguageModel model, int layer, UnaryOperator<Tensor> edit, int prompt) {
    if (prompt < 1) {
      throw new IllegalArgumentException("at least one token must be there to be continued");
    }
    this.context = model.context();
    this.prompt = prompt;
    this.logits = Program.ofMany(in -> logits(model, layer, edit, in));
  }

  /** From a window [1, time], its first edited position and its last position. */
  private static List<Tensor> logits(
      LanguageModel model, int layer, UnaryOperator<Tensor> edit, List<Tensor> in) {
    Tensor stream = model.residual(in.get(0), layer);
    Tensor position = Tensor.iota(Shape.of(1, stream.shape().extent(1), 1), 1);
    Tensor edited = Tensor.where(position.ge(in.get(1)), edit.apply(stream), stream);
    return List.of(model.logitsFrom(edited, layer).squeeze(0).gather(in.get(2)).squeeze(0));
  }

  /**
   * The logits of the token that follows, one for each of the vocabulary.
   *
   * @param tokens the prompt's and those generated since
   * @throws IllegalArgumentException if there are fewer tokens than the prompt has
   */
  public float[] next(List<Integer> tokens) {
    if (tokens.size() < prompt) {
      throw new IllegalArgumentException(
          "%d tokens are fewer than the prompt's %d".formatted(tokens.size(), prompt));
    }
    int seen = Math.min(context, tokens.size());
    int first = tokens.size() - seen;
    int length = Math.min(context, Math.max(LEAST_WINDOW, Integer.highestOneBit(2 * seen - 1)));
    int[] window = new int[length];
    for (int i = 0; i < seen; i++) {
      window[i] = tokens.get(first + i);
    }
    try (Scope _ = Scope.open()) {
      // What follows the last token in the window is not seen from there.
      Tensor ids = Tensor.ofInts(Shape.of(1, length), window);
      Tensor edited = Tensor.ofInts(Shape.SCALAR, Math.max(0, prompt - 1 - first));
      Tensor last = Tensor.ofInts(Shape.of(1), seen - 1);
      return logits.run(ids, edited, last).toFloatArray();
    }
  }

  /** Frees the programs. */
  @Override
  public void close() {
    logits.close();
  }
}
