package dev.simoom.kernels.tornado.memory;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Strided;
import java.util.ArrayList;
import java.util.List;

/** Whether a kernel writes all of an output's reach, or leaves gaps. */
final class Density {
  private Density() {}

  /**
   * Whether an output has no gaps.
   *
   * @param port an output's place among the ports
   */
  static boolean isDense(Kernel kernel, int port) {
    return switch (kernel) {
      case LoopKernel loop -> isDense(loop, port - loop.inputs().size());
      case MatMul product -> isDense(product, port);
      case Attention a ->
          port != 3 || isDense(a.out(), with(a.batch(), a.queryLength(), a.headSize()));
      case AttentionGradient g -> isDense(g, port);
      case Copy copy -> isDense(copy.target(), copy.extents());
      default -> true;
    };
  }

  private static boolean isDense(LoopKernel loop, int output) {
    return isDense(loop.outputs().get(output), with(loop.rows(), loop.columns()));
  }

  private static boolean isDense(MatMul product, int port) {
    int inputs = 2 + product.epilogue().map(e -> e.inputs().size() - 1).orElse(0);
    int output = port - inputs;
    if (product.keepProduct() && output == 0) {
      return isDense(product.c(), with(product.batch(), product.m(), product.n()));
    }
    return isDense(product.epilogue().orElseThrow(), output - (product.keepProduct() ? 1 : 0));
  }

  private static boolean isDense(AttentionGradient g, int port) {
    Attention a = g.forward();
    return switch (port) {
      case 6 -> isDense(g.gradQ(), with(a.batch(), a.queryLength(), a.headSize()));
      case 7 -> isDense(g.gradK(), with(a.batch(), a.keyLength(), a.headSize()));
      default -> isDense(g.gradV(), with(a.batch(), a.keyLength(), a.headSize()));
    };
  }

  private static boolean isDense(Strided layout, List<Long> extents) {
    long elements = 1;
    for (int d = 0; d < extents.size(); d++) {
      elements *= layout.strides().get(d) == 0 ? Math.min(1, extents.get(d)) : extents.get(d);
    }
    return elements == layout.reach(extents);
  }

  private static List<Long> with(List<Long> extents, Long... more) {
    List<Long> all = new ArrayList<>(extents);
    all.addAll(List.of(more));
    return all;
  }
}
