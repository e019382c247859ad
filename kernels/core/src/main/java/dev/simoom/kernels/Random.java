package dev.simoom.kernels;

import java.util.List;

/**
 * Random numbers that are a pure function of a key, by Philox 4x32-10 (Salmon et al., "Parallel
 * random numbers: as easy as 1, 2, 3", SC 2011).
 *
 * <p>Operands: key [3] I32, holding the two halves of the seed (low, high) and a step; then out
 * [elements] F32. Element e is word {@code e % 4} of the block whose counter is {@code (low half of
 * e / 4, high half of e / 4, stream, step)} under the seed as key, turned into a number:
 *
 * <ul>
 *   <li>uniform: {@code (word >>> 8) 2^-24}, in [0, 1);
 *   <li>normal: words 2i and 2i+1 of a block give two numbers by Box and Muller, {@code sqrt(-2 ln
 *       u) cos(2 pi v)} and the same with sin, where {@code u = ((w0 >>> 8) + 1) 2^-24}, {@code v =
 *       (w1 >>> 8) 2^-24}.
 * </ul>
 *
 * @param elements how many
 * @param normal standard normal rather than uniform numbers
 * @param stream distinguishes the random operations of one step
 */
public record Random(long elements, boolean normal, int stream) implements Kernel {
  @Override
  public String name() {
    return (normal ? "normal " : "uniform ") + elements;
  }

  @Override
  public List<Port> ports() {
    return List.of(Port.input("key", DType.I32, 3), Port.output("out", DType.F32, elements));
  }

  @Override
  public long flops() {
    return 0;
  }
}
