package dev.simoom.models.lm;

import dev.simoom.nn.MultiHeadAttention.Past;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.List;

/**
 * A language model that goes on with a text by one position at a time, from the keys and values
 * that its blocks had at the positions before.
 */
public interface IncrementalModel extends LanguageModel {
  /**
   * The result for some positions.
   *
   * @param stream the residual stream after the last layer, [batch, positions, width]
   * @param pasts what each block keeps
   */
  record Step(Tensor stream, List<Past> pasts) {}

  /** The shape of a block's keys, and of its values: [batch, positions, key heads, size]. */
  Shape keys(long batch, long positions);

  /**
   * The result for a text from its start, I32 [batch, time], with what blocks keep of all of it.
   */
  Step begin(Tensor ids);

  /**
   * The result for the position that follows, as {@link #begin} gives it for the last of all.
   *
   * @param ids I32 [batch, 1]
   * @param rooms for each block's keys and values, {@code keys(batch, capacity)}, right for the
   *     positions before
   * @param position its number, I32 [1], below the capacity and the context
   * @return with the rooms that have the position's own keys and values in their place
   */
  Step next(Tensor ids, List<Past> rooms, Tensor position);
}
