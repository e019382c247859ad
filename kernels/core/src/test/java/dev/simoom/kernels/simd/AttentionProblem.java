package dev.simoom.kernels.simd;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Strided;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Attention forward and backward on random operands in one of several layouts. */
final class AttentionProblem implements AutoCloseable {
  /** How the operands lie in memory. */
  enum Placement {
    /** Each operand by itself, rows first. */
    DENSE,
    /** Features of all instances side by side within a time step, one array for each operand. */
    TIME_FIRST,
    /** Queries, keys and values of all instances side by side within a time step, in one array. */
    INTERLEAVED
  }

  /** A shape and what is asked of it. */
  record Shape(
      List<Long> batch, int queries, int keys, int head, boolean causal, Placement placement) {}

  private static final int SLOTS = 9;
  private static final float PAINT = -777;

  final Shape shape;
  final Attention forward;
  final AttentionGradient gradient;
  private final List<Buffer> buffers = new ArrayList<>();
  private final long[] starts = new long[SLOTS];
  private final Strided[] layouts = new Strided[SLOTS];

  AttentionProblem(Shape shape, long seed) {
    this.shape = shape;
    int[] lengths = {
      shape.queries,
      shape.keys,
      shape.keys,
      shape.queries,
      0,
      shape.queries,
      shape.queries,
      shape.keys,
      shape.keys
    };
    place(lengths);
    forward =
        new Attention(
            shape.batch,
            shape.queries,
            shape.keys,
            shape.head,
            shape.causal,
            (float) (1 / Math.sqrt(shape.head)),
            layouts[0],
            layouts[1],
            layouts[2],
            layouts[3]);
    gradient = new AttentionGradient(forward, layouts[5], layouts[6], layouts[7], layouts[8]);
    Random random = new Random(seed);
    for (int slot : new int[] {0, 1, 2, 5}) {
      for (int i = 0; i < instances(); i++) {
        for (int t = 0; t < lengths[slot]; t++) {
          for (int d = 0; d < shape.head; d++) {
            set(slot, i, t, d, (float) random.nextGaussian() * (slot == 0 ? 2 : 1));
          }
        }
      }
    }
  }

  private void place(int[] lengths) {
    boolean together = shape.placement == Placement.INTERLEAVED;
    for (int slot = 0; slot < SLOTS; slot++) {
      int group = slot < 3 ? 0 : slot > 5 ? 6 : slot;
      long elements;
      if (slot == 4) {
        elements = (long) instances() * shape.queries;
        layouts[slot] = new Strided(DType.F32, List.of());
      } else {
        List<Long> strides = new ArrayList<>();
        boolean dense = shape.placement == Placement.DENSE;
        long step = dense ? (long) lengths[slot] * shape.head : shape.head;
        for (int i = shape.batch.size() - 1; i >= 0; i--) {
          strides.addFirst(step);
          step *= shape.batch.get(i);
        }
        boolean shared = together && group != slot || together && (slot == 0 || slot == 6);
        long row = dense ? shape.head : shared ? 3 * step : step;
        strides.add(row);
        strides.add(1L);
        layouts[slot] = new Strided(DType.F32, strides);
        starts[slot] = shared ? (slot - group) * step : 0;
        elements = dense ? step : row * lengths[slot];
      }
      Buffer buffer =
          together && group != slot
              ? buffers.get(group)
              : Buffer.allocate("slot " + slot, 4 * elements);
      for (long i = 0; i < buffer.bytes() / 4; i++) {
        buffer.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, PAINT);
      }
      buffers.add(buffer);
    }
  }

  int instances() {
    return Math.toIntExact(shape.batch.stream().reduce(1L, (a, b) -> a * b));
  }

  private long index(int slot, int instance, int time, int feature) {
    List<Long> strides = layouts[slot].strides();
    long at = starts[slot] + time * strides.get(shape.batch.size()) + feature;
    for (int i = shape.batch.size() - 1; i >= 0; i--) {
      at += instance % shape.batch.get(i) * strides.get(i);
      instance /= Math.toIntExact(shape.batch.get(i));
    }
    return at;
  }

  float get(int slot, int instance, int time, int feature) {
    return buffers
        .get(slot)
        .segment()
        .getAtIndex(ValueLayout.JAVA_FLOAT, index(slot, instance, time, feature));
  }

  void set(int slot, int instance, int time, int feature, float value) {
    buffers
        .get(slot)
        .segment()
        .setAtIndex(ValueLayout.JAVA_FLOAT, index(slot, instance, time, feature), value);
  }

  float logSumExp(int instance, int time) {
    return buffers
        .get(4)
        .segment()
        .getAtIndex(ValueLayout.JAVA_FLOAT, (long) instance * shape.queries + time);
  }

  /** One operand of one instance, in double. */
  double[][] matrix(int slot, int instance) {
    int length = slot == 1 || slot == 2 || slot > 6 ? shape.keys : shape.queries;
    double[][] matrix = new double[length][shape.head];
    for (int t = 0; t < length; t++) {
      for (int d = 0; d < shape.head; d++) {
        matrix[t][d] = get(slot, instance, t, d);
      }
    }
    return matrix;
  }

  /** Forward, then backward. */
  List<Launch> launches() {
    return List.of(
        new Launch(forward, operands(0, 1, 2, 3, 4)),
        new Launch(gradient, operands(0, 1, 2, 3, 4, 5, 6, 7, 8)));
  }

  private List<Operand> operands(int... slots) {
    List<Operand> operands = new ArrayList<>();
    for (int slot : slots) {
      operands.add(new Operand(slot, 4 * starts[slot]));
    }
    return operands;
  }

  Buffer[] slots() {
    return buffers.toArray(Buffer[]::new);
  }

  void run(int threads) {
    try (Executable executable = SimdBackend.withThreads(threads).compile(launches())) {
      executable.run(slots());
    }
  }

  /** All bytes of all operands. */
  List<byte[]> bytes() {
    return buffers.stream().map(b -> b.segment().toArray(ValueLayout.JAVA_BYTE)).toList();
  }

  @Override
  public void close() {
    buffers.forEach(Buffer::close);
  }
}
