package dev.simoom.kernels;

import java.util.List;

/**
 * A computation on flat memory, described without saying how it runs; the unit a backend compiles.
 *
 * <p>Kernels are values: equal descriptions compute the same thing and share compiled code.
 */
public sealed interface Kernel
    permits LoopKernel,
        MatMul,
        Attention,
        AttentionGradient,
        TopK,
        SparseDecode,
        SparseDot,
        Gather,
        ScatterAdd,
        Scan,
        Random,
        Copy {

  /** A short readable name, such as {@code matmul 64x128x32}. */
  String name();

  /** The operands in the order in which a launch lists them: inputs first, then outputs. */
  List<Port> ports();

  /** Floating-point operations of one run, a multiply-add counted as two. */
  long flops();

  /** Bytes that one run must move at the least: each operand once. */
  default long bytes() {
    return ports().stream().mapToLong(Port::bytes).sum();
  }
}
