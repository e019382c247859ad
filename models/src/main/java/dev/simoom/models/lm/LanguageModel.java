package dev.simoom.models.lm;

import dev.simoom.nn.Module;
import dev.simoom.tensor.Tensor;

/**
 * A decoder-only model of tokens whose residual stream can be read, and replaced, between its
 * blocks.
 *
 * <p>The residual stream "after layer l" is what enters block l, counted from 0: layer 0 is the
 * embedding, the last layer what enters the final norm.
 */
public interface LanguageModel extends Module {
  /** Number of tokens that it has logits for. */
  int vocabulary();

  /** Positions that it sees at most. */
  int context();

  /** Features of the residual stream. */
  int width();

  /** Number of blocks, which is the last layer of the residual stream. */
  int layers();

  /** The residual stream after a layer: tokens I32 [batch, time] give F32 [batch, time, width]. */
  Tensor residual(Tensor ids, int layer);

  /**
   * The logits from the residual stream after a layer: [batch, time, width] gives [batch, time,
   * vocabulary].
   */
  Tensor logitsFrom(Tensor residual, int layer);

  /**
   * The logits of the next token at each position: I32 [batch, time] gives F32 [batch, time,
   * vocabulary].
   */
  default Tensor logits(Tensor ids) {
    return logitsFrom(residual(ids, 0), 0);
  }

  /**
   * What directions of the residual stream add to the logits by themselves, but for the scale that
   * the final norm gives them: [rows, width] gives [rows, vocabulary].
   */
  Tensor directEffect(Tensor directions);
}
