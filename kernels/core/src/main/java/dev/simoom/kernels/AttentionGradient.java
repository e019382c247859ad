package dev.simoom.kernels;

import java.util.List;

/**
 * The gradients of {@link Attention} by queries, keys and values, recomputing the scores tile by
 * tile.
 *
 * <p>Operands: Q, K, V, the forward output, its logSumExp, the gradient of the output; then the
 * gradients of Q, K and V. All gradients are written whole.
 *
 * @param forward the attention that was run
 * @param gradOut layout of the output's gradient
 * @param gradQ layout of the queries' gradient
 * @param gradK layout of the keys' gradient; no stride of 0 except over an extent of 1
 * @param gradV layout of the values' gradient; likewise
 */
public record AttentionGradient(
    Attention forward, Strided gradOut, Strided gradQ, Strided gradK, Strided gradV)
    implements Kernel {

  /**
   * Checks the layouts.
   *
   * @throws IllegalArgumentException if a layout has not the dimensions of the batch and two more,
   *     or its last one is not contiguous, or it is not F32
   */
  public AttentionGradient {
    for (Strided operand : List.of(gradOut, gradQ, gradK, gradV)) {
      if (operand.strides().size() != forward.batch().size() + 2
          || (operand.strides().getLast() != 1 && forward.headSize() > 1)
          || operand.type() != DType.F32) {
        throw new IllegalArgumentException(
            "attention gradient: "
                + operand
                + " is not F32 over [batch..., time, feature] with feature stride 1");
      }
    }
  }

  @Override
  public String name() {
    return forward.name().replace("attention", "attention-gradient");
  }

  @Override
  public List<Port> ports() {
    List<Long> queries = forward.extents(forward.queryLength());
    List<Long> keys = forward.extents(forward.keyLength());
    return List.of(
        Port.input("Q", DType.F32, forward.q().reach(queries)),
        Port.input("K", DType.F32, forward.k().reach(keys)),
        Port.input("V", DType.F32, forward.v().reach(keys)),
        Port.input("out", DType.F32, forward.out().reach(queries)),
        Port.input("logSumExp", DType.F32, forward.batchCount() * forward.queryLength()),
        Port.input("gradOut", DType.F32, gradOut.reach(queries)),
        Port.output("gradQ", DType.F32, gradQ.reach(queries)),
        Port.output("gradK", DType.F32, gradK.reach(keys)),
        Port.output("gradV", DType.F32, gradV.reach(keys)));
  }

  @Override
  public long flops() {
    return 10 * forward.pairs() * forward.headSize();
  }
}
