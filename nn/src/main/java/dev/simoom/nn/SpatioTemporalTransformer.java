package dev.simoom.nn;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/**
 * Blocks over video and a last norm, [..., time, places, width] to the same (Bruce et al., arXiv
 * 2402.15391). What it gives for a frame depends on that frame and those before it.
 *
 * @param blocks applied in their order
 * @param norm the last norm
 */
public record SpatioTemporalTransformer(List<SpatioTemporalBlock> blocks, Layer norm)
    implements Layer {
  /** A transformer of given blocks. */
  public SpatioTemporalTransformer {
    blocks = List.copyOf(blocks);
  }

  /**
   * A transformer's measures.
   *
   * @param width features of the residual stream
   * @param heads attention heads, a divisor of the width
   * @param blocks number of blocks
   * @param hiddenMultiple hidden features of the perceptrons in units of the width
   * @param headNorms whether queries and keys are normalised
   */
  public record Size(int width, int heads, int blocks, int hiddenMultiple, boolean headNorms) {}

  /**
   * Xavier-uniform weights, for the layers that write to the residual stream divided by the square
   * root of their number.
   */
  public static SpatioTemporalTransformer create(Size size, RandomStream random) {
    Initializer weights = Initializer.xavierUniform(1);
    Initializer writing = Initializer.xavierUniform(1 / Math.sqrt(3.0 * Math.max(1, size.blocks)));
    List<SpatioTemporalBlock> blocks = new ArrayList<>();
    for (int i = 0; i < size.blocks; i++) {
      SpatioTemporalBlock block =
          SpatioTemporalBlock.create(
              size.width, size.heads, size.hiddenMultiple, weights, writing, random);
      blocks.add(size.headNorms ? block.withHeadNorms() : block);
    }
    return new SpatioTemporalTransformer(blocks, LayerNorm.create(size.width));
  }

  /**
   * The result for new frames.
   *
   * @param output [..., new frames, places, width]
   * @param past of each block, with the new frames at its end
   */
  public record Step(Tensor output, List<MultiHeadAttention.Past> past) {}

  @Override
  public Tensor forward(Tensor x, boolean training) {
    Tensor y = x;
    for (SpatioTemporalBlock block : blocks) {
      y = block.forward(y, training);
    }
    return norm.forward(y, training);
  }

  /**
   * The result for frames that follow others, at the cost of these frames alone.
   *
   * @param x [..., new frames, places, width]
   * @param past of each block from the call before, or none
   */
  public Step extend(Tensor x, List<MultiHeadAttention.Past> past) {
    Tensor y = x;
    List<MultiHeadAttention.Past> next = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      SpatioTemporalBlock.Step step = blocks.get(i).extend(y, past.isEmpty() ? null : past.get(i));
      y = step.output();
      next.add(step.past());
    }
    return new Step(norm.forward(y), List.copyOf(next));
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().modules("blocks", blocks).module("norm", norm).toMap();
  }
}
