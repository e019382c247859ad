package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.Op;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Random tensors for a test, the same ones for a seed however they are made: of data, as symbols of
 * a trace, or as arguments of a program. Most are views: permuted, cut out of something larger,
 * repeated.
 */
final class Inputs {
  /** Gives the tensor for the next piece of data. */
  interface Source {
    Tensor next(int index, Shape shape, DType dtype, double[] values);
  }

  private final Random random;
  private final Source source;
  private final List<double[]> data = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();

  private Inputs(long seed, Source source) {
    random = new Random(seed);
    this.source = source;
  }

  /** Tensors of data. */
  static Inputs eager(long seed) {
    return new Inputs(seed, (index, shape, dtype, values) -> tensor(shape, dtype, values));
  }

  /** Symbols of a trace. */
  static Inputs symbolic(long seed) {
    return new Inputs(
        seed,
        (index, shape, dtype, values) ->
            new Tensor(new Node(new Op.Argument(index), List.of(), shape, dtype)));
  }

  /** What a program was given. */
  static Inputs given(long seed, List<Tensor> arguments) {
    return new Inputs(seed, (index, shape, dtype, values) -> arguments.get(index));
  }

  /** The numbers of all pieces of data so far. */
  List<double[]> data() {
    return data;
  }

  /** The tensors of all pieces of data so far. */
  List<Tensor> tensors() {
    return tensors;
  }

  Random random() {
    return random;
  }

  /** A tensor of given numbers. */
  static Tensor tensor(Shape shape, DType dtype, double... values) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, values.length * dtype.bytes()), 64);
      for (int i = 0; i < values.length; i++) {
        switch (dtype) {
          case F32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) values[i]);
          case F16 ->
              memory.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16((float) values[i]));
          case BF16 ->
              memory.setAtIndex(
                  ValueLayout.JAVA_SHORT,
                  i,
                  (short) (Float.floatToRawIntBits((float) values[i]) >>> 16));
          case I32, BOOL -> memory.setAtIndex(ValueLayout.JAVA_INT, i, (int) values[i]);
        }
      }
      return Tensor.of(shape, dtype, memory.asSlice(0, values.length * dtype.bytes()));
    }
  }

  // ---------------------------------------------------------------- shapes

  int below(int bound) {
    return random.nextInt(bound);
  }

  /** A random extent: mostly small, sometimes 1, now and then 0. */
  long extent() {
    int kind = random.nextInt(20);
    return kind == 0
        ? 0
        : kind < 4 ? 1 : kind < 18 ? 2 + random.nextInt(4) : 9 + random.nextInt(20);
  }

  Shape shape(int leastRank, int mostRank) {
    long[] extents = new long[leastRank + random.nextInt(mostRank - leastRank + 1)];
    long elements = 1;
    for (int i = 0; i < extents.length; i++) {
      extents[i] = extent();
      if (elements * extents[i] > 3000) {
        extents[i] = 1;
      }
      elements *= extents[i];
    }
    return Shape.of(extents);
  }

  Shape shape() {
    return shape(0, 6);
  }

  /** A shape that broadcasts with another. */
  Shape partner(Shape shape) {
    int dropped = random.nextInt(3) == 0 ? random.nextInt(shape.rank() + 1) : 0;
    long[] extents = shape.without(0, dropped).toArray();
    for (int i = 0; i < extents.length; i++) {
      extents[i] = random.nextInt(3) == 0 ? 1 : extents[i];
    }
    return Shape.of(extents);
  }

  /** An axis of a shape, counted from either end. */
  int axis(Shape shape) {
    int axis = random.nextInt(shape.rank());
    return random.nextBoolean() ? axis : axis - shape.rank();
  }

  /** A few different axes. */
  int[] axes(Shape shape) {
    return IntStream.range(0, shape.rank()).filter(i -> random.nextInt(2) == 0).toArray();
  }

  int[] order(int rank) {
    List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    java.util.Collections.shuffle(axes, random);
    return axes.stream().mapToInt(i -> i).toArray();
  }

  // ---------------------------------------------------------------- tensors

  Tensor real(Shape shape) {
    return of(DType.F32, shape, -2, 2);
  }

  Tensor positive(Shape shape) {
    return of(DType.F32, shape, 0.3, 3);
  }

  Tensor integers(Shape shape) {
    return of(DType.I32, shape, -9, 9);
  }

  Tensor indices(Shape shape, long below) {
    return of(DType.I32, shape, 0, below);
  }

  Tensor truths(Shape shape) {
    return of(DType.BOOL, shape, 0, 2);
  }

  /** Real numbers in any storage type. */
  Tensor stored(Shape shape) {
    return of(DType.values()[random.nextInt(3)], shape, -2, 2);
  }

  Tensor any(Shape shape) {
    DType dtype = DType.values()[random.nextInt(5)];
    return dtype == DType.BOOL ? truths(shape) : of(dtype, shape, -5, 5);
  }

  /** A tensor with numbers of a range, likely a view of other memory. */
  Tensor of(DType dtype, Shape shape, double low, double high) {
    int rank = shape.rank();
    int[] order = random.nextInt(3) == 0 ? order(rank) : IntStream.range(0, rank).toArray();
    long[] base = new long[rank];
    long[] from = new long[rank];
    long[] step = new long[rank];
    boolean[] repeated = new boolean[rank];
    for (int i = 0; i < rank; i++) {
      long extent = shape.extent(order[i]);
      repeated[i] = extent > 0 && random.nextInt(8) == 0;
      step[i] = !repeated[i] && random.nextInt(8) == 0 ? 2 : 1;
      from[i] = !repeated[i] && random.nextInt(8) == 0 ? 1 : 0;
      base[i] = repeated[i] ? 1 : from[i] + extent * step[i];
    }
    Tensor tensor = next(Shape.of(base), dtype, low, high);
    long[] whole = new long[rank];
    int[] inverse = new int[rank];
    for (int i = 0; i < rank; i++) {
      if (!repeated[i] && (from[i] > 0 || step[i] > 1)) {
        tensor = tensor.slice(i, from[i], base[i], step[i]);
      }
      whole[i] = shape.extent(order[i]);
      inverse[order[i]] = i;
    }
    tensor = tensor.expand(Shape.of(whole));
    return rank == 0 ? tensor : tensor.permute(inverse);
  }

  private Tensor next(Shape shape, DType dtype, double low, double high) {
    double[] values = new double[Math.toIntExact(shape.elements())];
    Arrays.setAll(
        values,
        i -> {
          double x = low + (high - low) * random.nextDouble();
          return dtype.isFloating() ? DoubleEvaluator.round((float) x, dtype) : (int) Math.floor(x);
        });
    Tensor tensor = source.next(data.size(), shape, dtype, values);
    data.add(values);
    tensors.add(tensor);
    return tensor;
  }
}
