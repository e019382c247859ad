package dev.simoom.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.Strided;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A loop kernel with buffers, and a plain evaluation of its body to hold the results against. */
final class LoopCase implements AutoCloseable {
  private static final int GUARD = 64;

  final LoopKernel kernel;
  final Buffer[] buffers;
  private final List<Port> ports;
  private final List<DType> types;
  private final Set<Long> seen = new HashSet<>();
  private final List<Integer> slots = new ArrayList<>();

  /** Buffers of their own for every operand but those outputs that lie on an input. */
  LoopCase(LoopKernel kernel, int... inPlace) {
    this.kernel = kernel;
    types = kernel.types();
    ports = kernel.ports();
    List<Buffer> all = new ArrayList<>();
    int inputs = kernel.inputs().size();
    for (int i = 0; i < ports.size(); i++) {
      int on = i >= inputs && i - inputs < inPlace.length ? inPlace[i - inputs] : -1;
      if (on >= 0) {
        slots.add(slots.get(on));
      } else {
        slots.add(all.size());
        all.add(Buffer.allocate(ports.get(i).name(), ports.get(i).bytes() + GUARD));
        all.getLast().segment().fill((byte) 0x5a);
      }
    }
    buffers = all.toArray(Buffer[]::new);
  }

  /** Gives the inputs random values. */
  LoopCase random(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < kernel.inputs().size(); i++) {
      DType type = kernel.inputs().get(i).type();
      for (long e = 0; e < ports.get(i).elements(); e++) {
        switch (type) {
          case BOOL -> set(i, e, random.nextInt(2));
          case I32 -> set(i, e, random.nextInt(2001) - 1000);
          default -> set(i, e, (float) random.nextGaussian());
        }
      }
    }
    return this;
  }

  /** Runs the kernel on a number of threads. */
  LoopCase run(int threads) {
    List<Operand> operands = slots.stream().map(s -> new Operand(s, 0)).toList();
    try (Executable executable =
        SimdBackend.withThreads(threads).compile(List.of(new Launch(kernel, operands)))) {
      executable.run(buffers);
    }
    return this;
  }

  /** Runs and compares every output with the plain evaluation, and looks at the guard bytes. */
  void check(double tolerance) {
    List<double[]> expected = expected();
    run(2);
    for (int o = 0; o < expected.size(); o++) {
      int port = kernel.inputs().size() + o;
      for (int e = 0; e < expected.get(o).length; e++) {
        double want = expected.get(o)[e];
        double got = get(port, e);
        boolean bothNaN = Double.isNaN(want) && Double.isNaN(got);
        double allowed = tolerance * Math.max(1, Math.abs(want));
        if (want != got && !bothNaN && !(Math.abs(want - got) <= allowed)) {
          throw new AssertionError(
              "output " + o + "[" + e + "] is " + got + ", should be " + want + ": " + kernel);
        }
      }
      long bytes = ports.get(port).bytes();
      MemorySegment guard = buffers[slots.get(port)].segment().asSlice(bytes, GUARD);
      for (int i = 0; i < GUARD; i++) {
        assertThat(guard.get(ValueLayout.JAVA_BYTE, i)).as("guard of %d", o).isEqualTo((byte) 0x5a);
      }
    }
  }

  double get(int port, long element) {
    MemorySegment s = buffers[slots.get(port)].segment();
    return switch (ports.get(port).type()) {
      case F32 -> s.getAtIndex(ValueLayout.JAVA_FLOAT, element);
      case F16 -> Float.float16ToFloat(s.getAtIndex(ValueLayout.JAVA_SHORT, element));
      case BF16 -> Float.intBitsToFloat(s.getAtIndex(ValueLayout.JAVA_SHORT, element) << 16);
      case I32, BOOL -> s.getAtIndex(ValueLayout.JAVA_INT, element);
    };
  }

  void set(int port, long element, double value) {
    MemorySegment s = buffers[slots.get(port)].segment();
    switch (ports.get(port).type()) {
      case F32 -> s.setAtIndex(ValueLayout.JAVA_FLOAT, element, (float) value);
      case F16 ->
          s.setAtIndex(ValueLayout.JAVA_SHORT, element, Float.floatToFloat16((float) value));
      case BF16 -> s.setAtIndex(ValueLayout.JAVA_SHORT, element, brain((float) value));
      case I32, BOOL -> s.setAtIndex(ValueLayout.JAVA_INT, element, (int) value);
    }
  }

  short pattern(int port, long element) {
    return buffers[slots.get(port)].segment().getAtIndex(ValueLayout.JAVA_SHORT, element);
  }

  void pattern(int port, long element, short bits) {
    buffers[slots.get(port)].segment().setAtIndex(ValueLayout.JAVA_SHORT, element, bits);
  }

  static short brain(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** The outputs' bytes. */
  List<byte[]> bytes() {
    List<byte[]> bytes = new ArrayList<>();
    for (int i = kernel.inputs().size(); i < slots.size(); i++) {
      bytes.add(
          buffers[slots.get(i)]
              .segment()
              .asSlice(0, ports.get(i).bytes())
              .toArray(ValueLayout.JAVA_BYTE));
    }
    return bytes;
  }

  private List<double[]> expected() {
    List<double[]> out = new ArrayList<>();
    int inputs = kernel.inputs().size();
    for (int o = 0; o < kernel.outputs().size(); o++) {
      double[] values = new double[(int) ports.get(inputs + o).elements()];
      for (int e = 0; e < values.length; e++) {
        values[e] = get(inputs + o, e);
      }
      out.add(values);
    }
    for (long row = 0; row < kernel.rowCount() && kernel.columns() > 0; row++) {
      row(row, out);
    }
    return out;
  }

  private void row(long row, List<double[]> out) {
    int columns = (int) kernel.columns();
    long[] coordinates = new long[kernel.rows().size()];
    long rest = row;
    for (int d = coordinates.length - 1; d >= 0; d--) {
      coordinates[d] = rest % kernel.rows().get(d);
      rest /= kernel.rows().get(d);
    }
    List<double[]> values = new ArrayList<>();
    for (int i = 0; i < kernel.body().size(); i++) {
      double[] value = new double[columns];
      if (kernel.body().get(i) instanceof Instruction.RowReduce(var op, int v)) {
        double total = types.get(v) == DType.I32 ? op.integerIdentity() : op.identity();
        for (double x : values.get(v)) {
          total = op.combine(total, x);
        }
        Arrays.fill(value, stored(types.get(v), total));
      } else {
        for (int c = 0; c < columns; c++) {
          value[c] = element(i, c, coordinates, values, out);
        }
      }
      values.add(value);
    }
  }

  private double element(
      int i, int c, long[] coordinates, List<double[]> values, List<double[]> out) {
    return switch (kernel.body().get(i)) {
      case Instruction.Load(int in) -> get(in, at(kernel.inputs().get(in), coordinates, c));
      case Instruction.Constant(DType type, double v) -> stored(type, v);
      case Instruction.Index(int d) -> d == coordinates.length ? c : coordinates[d];
      case Instruction.Apply apply -> {
        double[] x = new double[3];
        for (int a = 0; a < apply.arguments().size(); a++) {
          x[a] = values.get(apply.arguments().get(a))[c];
        }
        yield stored(types.get(i), apply.op().apply(x[0], x[1], x[2]));
      }
      case Instruction.Store(int o, int v) -> {
        out.get(o)[(int) at(kernel.outputs().get(o), coordinates, c)] = values.get(v)[c];
        yield 0;
      }
      case Instruction.ColumnReduce(int o, var op, int v) -> {
        int at = (int) at(kernel.outputs().get(o), coordinates, c);
        double identity = types.get(v) == DType.I32 ? op.integerIdentity() : op.identity();
        double before = seen.add((long) o << 32 | at) ? identity : out.get(o)[at];
        out.get(o)[at] = op.combine(before, values.get(v)[c]);
        yield 0;
      }
      case Instruction.RowReduce reduce -> throw new IllegalStateException(reduce.toString());
    };
  }

  private static double stored(DType type, double value) {
    return switch (type) {
      case I32 -> (int) (long) value;
      case BOOL -> value;
      default -> (float) value;
    };
  }

  private static long at(Strided layout, long[] coordinates, long column) {
    long at = column * layout.strides().getLast();
    for (int d = 0; d < coordinates.length; d++) {
      at += coordinates[d] * layout.strides().get(d);
    }
    return at;
  }

  @Override
  public void close() {
    for (Buffer buffer : buffers) {
      buffer.close();
    }
  }
}
