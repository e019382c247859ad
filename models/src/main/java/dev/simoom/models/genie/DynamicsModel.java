package dev.simoom.models.genie;

import dev.simoom.kernels.DType;
import dev.simoom.nn.Embedding;
import dev.simoom.nn.Initializer;
import dev.simoom.nn.Linear;
import dev.simoom.nn.Losses;
import dev.simoom.nn.Module;
import dev.simoom.nn.MultiHeadAttention;
import dev.simoom.nn.Parameters;
import dev.simoom.nn.SpatioTemporalTransformer;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Fills in the masked codes of a frame from the frames before it and the action that leads to it
 * (the MaskGIT dynamics of arXiv 2402.15391; Chang et al., arXiv 2202.04200).
 *
 * @param codes how many there are; the number itself stands for a masked one
 * @param embedding [codes + 1, width]
 * @param action from an action's vector to the width
 * @param joined from [codes' features | action] to the width, or null where actions are added
 * @param coder from the width to logits
 */
public record DynamicsModel(
    int codes, Embedding embedding, Linear action, @Nullable Linear joined, FrameCoder coder)
    implements Module {
  /**
   * A model with new weights.
   *
   * @param codes of the tokenizer
   * @param actionWidth features of an action's vector
   * @param places codes of a frame
   * @param frames the longest clip
   */
  public static DynamicsModel create(
      int codes,
      int actionWidth,
      int places,
      int frames,
      ActionInput input,
      SpatioTemporalTransformer.Size size,
      RandomStream random) {
    int width = size.width();
    return new DynamicsModel(
        codes,
        Embedding.create(codes + 1L, width, Initializer.normal(1 / Math.sqrt(width)), random),
        Linear.create(actionWidth, width, random),
        input == ActionInput.ADD ? null : Linear.create(2L * width, width, random),
        FrameCoder.create(width, codes, places, frames, size, random));
  }

  /** The code that stands for a masked one. */
  public int mask() {
    return codes;
  }

  /**
   * The logits of each place's code.
   *
   * @param tokens I32 [batch, frames, places], some of them masked
   * @param actions vectors [batch, frames - 1, action width], what leads to each frame but the
   *     first
   * @return F32 [batch, frames, places, codes]
   */
  public Tensor logits(Tensor tokens, Tensor actions, boolean training) {
    Tensor x = told(tokens, moves(tokens, actions, training));
    return coder.forward(x, training);
  }

  /**
   * The logits of one more frame.
   *
   * @param tokens I32 [batch, 1, places]
   * @param actionBefore vectors [batch, 1, action width] of the action that leads to it
   * @param past of the frames before
   */
  public FrameCoder.Step next(
      Tensor tokens, Tensor actionBefore, List<MultiHeadAttention.Past> past) {
    return coder.extend(told(tokens, action.forward(actionBefore)), past);
  }

  /**
   * What later frames need of the first ones, all of whose codes are known.
   *
   * @param tokens I32 [batch, frames, places]
   * @param actions vectors [batch, frames - 1, action width]; not looked at where there is one
   *     frame
   */
  public List<MultiHeadAttention.Past> begin(Tensor tokens, Tensor actions) {
    Tensor x = told(tokens, moves(tokens, actions, false));
    return coder.extend(x, List.of()).past();
  }

  /** What leads to each frame, [batch, frames, width]; nothing to the first. */
  private Tensor moves(Tensor tokens, Tensor actions, boolean training) {
    long batch = tokens.shape().extent(0);
    Tensor none = Tensor.zeros(Shape.of(batch, 1, embedding.weight().shape().extent(1)));
    return tokens.shape().extent(1) == 1
        ? none
        : Tensor.concat(1, none, action.forward(actions, training));
  }

  /** Codes and the moves [batch, frames, width] that lead to their frames. */
  private Tensor told(Tensor tokens, Tensor moves) {
    Tensor x = embedding.forward(tokens);
    Tensor everywhere = moves.unsqueeze(2);
    if (joined == null) {
      return x.add(everywhere);
    }
    return joined.forward(Tensor.concat(-1, x, everywhere.expand(x.shape())));
  }

  /**
   * The mean cross-entropy of the masked codes, in nats.
   *
   * @param tokens I32 [batch, frames, places], the true ones
   * @param masked B1 of the same shape
   * @param actions vectors [batch, frames - 1, action width]
   */
  public Tensor loss(Tensor tokens, Tensor masked, Tensor actions, boolean training) {
    return loss(tokens, tokens, masked, actions, training);
  }

  /**
   * The same where some of the codes that are not masked are told wrongly.
   *
   * @param told I32 of the shape of the true ones
   */
  public Tensor loss(Tensor tokens, Tensor told, Tensor masked, Tensor actions, boolean training) {
    Tensor hidden = Tensor.where(masked, Tensor.full(Shape.SCALAR, DType.I32, mask()), told);
    Tensor each = Losses.crossEntropyEach(logits(hidden, actions, training), tokens, 0);
    Tensor counted = Tensor.where(masked, each, Tensor.scalar(0)).sum();
    return counted.div(masked.cast(DType.F32).sum().maximum(Tensor.scalar(1)));
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    Parameters all = Parameters.collect().module("embedding", embedding).module("action", action);
    if (joined != null) {
      all.module("joined", joined);
    }
    return all.module("coder", coder).toMap();
  }
}
