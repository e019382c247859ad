package dev.simoom.models.text;

import dev.simoom.models.run.CounterRandom;
import java.util.Objects;

/**
 * Cuts a {@link TokenStream} into batches of windows of context + 1 tokens: the first {@code
 * context} of a window are inputs, the last {@code context} are the targets.
 */
public final class TokenBatches {
  private final TokenStream stream;
  private final int batch;
  private final int context;
  private final long seed;

  /**
   * Batches of {@code batch} windows of {@code context + 1} tokens.
   *
   * @param seed decides where training windows lie
   * @throws IllegalArgumentException if a size is not positive, or the stream has not even one
   *     window
   */
  public TokenBatches(TokenStream stream, int batch, int context, long seed) {
    if (batch < 1 || context < 1) {
      throw new IllegalArgumentException(
          "batch is %d and context is %d but both must be at least 1".formatted(batch, context));
    }
    if (stream.size() <= context) {
      throw new IllegalArgumentException(
          "the stream has %d tokens but a window of context %d needs %d: use more text or a"
                  .formatted(stream.size(), context, context + 1L)
              + " shorter context");
    }
    this.stream = stream;
    this.batch = batch;
    this.context = context;
    this.seed = seed;
  }

  /** The number of windows in a batch. */
  public int batch() {
    return batch;
  }

  /** The number of inputs, and of targets, in a window. */
  public int context() {
    return context;
  }

  /**
   * Training batch number {@code index}, shape [batch, context + 1], row by row, from random places
   * in the stream. It is a pure function of the seed and the index, so training can resume at any
   * index without saved state.
   */
  public int[] training(long index) {
    int[] windows = new int[batch * (context + 1)];
    training(index, windows);
    return windows;
  }

  /**
   * Puts what {@link #training(long)} gives into an array of batch * (context + 1).
   *
   * @throws IndexOutOfBoundsException if the index is negative
   */
  public void training(long index, int[] windows) {
    if (index < 0) {
      throw new IndexOutOfBoundsException("training batch " + index + " is negative");
    }
    checkLength(windows);
    int places = stream.size() - context;
    for (int row = 0; row < batch; row++) {
      long from = CounterRandom.below(places, seed, index * batch + row);
      stream.copy((int) from, context + 1, windows, row * (context + 1));
    }
  }

  /**
   * One evaluation batch.
   *
   * @param windows shape [batch, context + 1], row by row
   * @param rows the number of rows that count; the rows after them repeat the last one that does
   * @param bytes the number of text bytes that the targets of those rows stand for
   */
  public record Evaluation(int[] windows, int rows, long bytes) {}

  /** The number of whole windows, one after the other, in which each target is predicted once. */
  public int evaluationWindows() {
    return (stream.size() - 1) / context;
  }

  /** The number of evaluation batches; the last one may have fewer rows that count. */
  public int evaluationBatches() {
    return Math.ceilDiv(evaluationWindows(), batch);
  }

  /**
   * Evaluation batch number {@code index}: windows in the order of the stream, each starting at the
   * last target of the one before.
   */
  public Evaluation evaluation(int index) {
    Objects.checkIndex(index, evaluationBatches());
    int first = index * batch;
    int rows = Math.min(batch, evaluationWindows() - first);
    int[] windows = new int[batch * (context + 1)];
    for (int row = 0; row < batch; row++) {
      int window = first + Math.min(row, rows - 1);
      stream.copy(window * context, context + 1, windows, row * (context + 1));
    }
    long bytes = stream.bytes(first * context + 1, (first + rows) * context + 1);
    return new Evaluation(windows, rows, bytes);
  }

  private void checkLength(int[] windows) {
    int wanted = batch * (context + 1);
    if (windows.length != wanted) {
      throw new IllegalArgumentException(
          "the array has length %d but a batch of shape [%d, %d] needs %d"
              .formatted(windows.length, batch, context + 1, wanted));
    }
  }
}
