package dev.simoom.bench.work;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * Inputs that every side of a comparison makes for itself, so that none are sent: element {@code i}
 * of the array with number {@code seed} is a hash of both, scaled to [-1, 1) in steps of 2^-23,
 * which a float holds exactly. {@code peer.py} has the same formula.
 */
public final class Numbers {
  private static final int FIRST_SEED = 100;
  private static final int SPREAD = 1_000_003;
  private static final int FIRST = 0x3C6EF37B;
  private static final int SECOND = 0x1B56C4E9;

  private Numbers() {}

  /** 32 bits that look random. */
  static int hash(long index, int seed) {
    int x = (int) index + seed * SPREAD;
    x ^= x >>> 16;
    x *= FIRST;
    x ^= x >>> 15;
    x *= SECOND;
    return x ^ x >>> 16;
  }

  /** An element of an array of real numbers in [-1, 1). */
  public static float real(long index, int seed) {
    return (hash(index, seed) >>> 8) * 0x1p-23f - 1;
  }

  /** An element of an array of integers in [0, bound). */
  public static int integer(long index, int seed, int bound) {
    return Integer.remainderUnsigned(hash(index, seed), bound);
  }

  /** F32 numbers in [-1, 1). */
  static Tensor reals(int seed, long... extents) {
    return scaled(seed, 1, extents);
  }

  /** F32 numbers in [-scale, scale). */
  static Tensor scaled(int seed, double scale, long... extents) {
    Shape shape = Shape.of(extents);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment elements = arena.allocate(4 * shape.elements(), 4);
      fill(elements, shape.elements(), seed, (float) scale, 0);
      return Tensor.of(shape, DType.F32, elements);
    }
  }

  /** I32 numbers in [0, bound). */
  static Tensor integers(int seed, int bound, long... extents) {
    Shape shape = Shape.of(extents);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment elements = arena.allocate(4 * shape.elements(), 4);
      for (long i = 0; i < shape.elements(); i++) {
        elements.setAtIndex(ValueLayout.JAVA_INT, i, integer(i, seed, bound));
      }
      return Tensor.of(shape, DType.I32, elements);
    }
  }

  /** A variable of F32 numbers in [-scale, scale). */
  static Variable variable(String name, int seed, double scale, long... extents) {
    Variable variable = Variable.zeros(name, Shape.of(extents), DType.F32);
    fill(variable, seed, scale, 0);
    return variable;
  }

  /** Makes the content of a variable numbers in [offset - scale, offset + scale). */
  static void fill(Variable variable, int seed, double scale, double offset) {
    fill(variable.segment(), variable.shape().elements(), seed, (float) scale, (float) offset);
    variable.written();
  }

  /** Matrices small, gains of norms about 1, biases about 0; seeds in the order of parameters. */
  static void fill(Map<String, Variable> parameters) {
    int[] seed = {FIRST_SEED};
    parameters.forEach(
        (name, parameter) -> {
          boolean matrix = parameter.shape().rank() > 1;
          boolean gain = !matrix && name.endsWith("weight");
          fill(parameter, seed[0]++, matrix ? 0x1p-4 : 0x1p-3, gain ? 1 : 0);
        });
  }

  private static void fill(
      MemorySegment target, long elements, int seed, float scale, float offset) {
    for (long i = 0; i < elements; i++) {
      target.setAtIndex(ValueLayout.JAVA_FLOAT, i, real(i, seed) * scale + offset);
    }
  }
}
