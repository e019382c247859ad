package dev.simoom.models.lm;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Continues texts, token by token, with a trained model that it does not own. It sees as many of
 * the last tokens as the model's context holds.
 *
 * <p>What an {@link IncrementalModel} made of the tokens that the text before had too is kept, and
 * a token more costs one position. The room for it doubles when it is full, for which the text is
 * read again. Once the text is longer than the context, the window slides by each token, with it
 * every position, and all of it is read for every token. Other models read the whole window always.
 *
 * <p>The model's weights must stay as they are while it is used.
 */
public final class TextGenerator implements AutoCloseable {
  private static final int SMALLEST = 32;

  /** So many of a window's positions take as long one by one as the window at once, about. */
  private static final int STEPS_OF_WINDOW = 16;

  private final LanguageModel model;
  private final Program whole;
  private @Nullable KeyValueCache cache;
  private int[] kept = {};

  /** A generator; programs are compiled when they are first used. */
  public TextGenerator(LanguageModel model) {
    this.model = model;
    int last = model.layers();
    whole =
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
    int seen = Math.min(model.context(), tokens.size());
    int[] window =
        tokens.subList(tokens.size() - seen, tokens.size()).stream()
            .mapToInt(Integer::intValue)
            .toArray();
    if (model instanceof IncrementalModel incremental) {
      float[] logits = logits(incremental, window);
      kept = window;
      return logits;
    }
    return wholeWindow(window);
  }

  private float[] logits(IncrementalModel incremental, int[] window) {
    KeyValueCache present = cache;
    int capacity = present == null ? 0 : present.capacity();
    int differs = Arrays.mismatch(kept, window);
    int known = Math.min(differs < 0 ? kept.length : differs, window.length - 1);
    boolean few = window.length - known <= Math.max(1, capacity / STEPS_OF_WINDOW);
    kept = new int[0];
    if (present == null || known == 0 || !few || window.length > capacity) {
      return room(incremental, window.length).begin(window);
    }
    float[] logits = {};
    for (int position = known; position < window.length; position++) {
      logits = present.next(window[position], position);
    }
    return logits;
  }

  /** Room with a place left, unless the context is full, and not many times as much as needed. */
  private KeyValueCache room(IncrementalModel incremental, int positions) {
    int wanted = SMALLEST;
    while (wanted <= positions) {
      wanted *= 2;
    }
    wanted = Math.min(wanted, model.context());
    KeyValueCache present = cache;
    if (present != null && present.capacity() >= wanted && present.capacity() <= 4 * wanted) {
      return present;
    }
    close(present);
    KeyValueCache room = new KeyValueCache(incremental, wanted);
    cache = room;
    return room;
  }

  private static void close(@Nullable KeyValueCache room) {
    if (room != null) {
      room.close();
    }
  }

  private float[] wholeWindow(int[] tokens) {
    int context = model.context();
    try (Scope _ = Scope.open()) {
      // What follows the last token in the window is not seen from there.
      Tensor ids = Tensor.ofInts(Shape.of(1, context), Arrays.copyOf(tokens, context));
      Tensor last = Tensor.ofInts(Shape.of(1), tokens.length - 1);
      return whole.run(ids, last).toFloatArray();
    }
  }

  /** Frees the programs and what is kept of a text. */
  @Override
  public void close() {
    whole.close();
    close(cache);
  }
}
