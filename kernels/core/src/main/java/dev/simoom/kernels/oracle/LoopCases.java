package dev.simoom.kernels.oracle;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Strided;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Random loop kernels over every operation, type, broadcast and reduction. */
public final class LoopCases {
  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    3,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    1e-30,
    -1e30,
    Float.MAX_VALUE,
    Float.MIN_VALUE,
    Float.MIN_NORMAL,
    100,
    -100,
    87.5,
    -86,
    1e9
  };

  private final Generator g;
  private final LoopKernel.Builder builder = new LoopKernel.Builder();
  private final List<Long> extents;
  private final List<Strided> inputs = new ArrayList<>();
  private final List<Strided> outputs = new ArrayList<>();
  private final List<Tolerance> tolerances = new ArrayList<>();

  private LoopCases(Generator g) {
    this.g = g;
    extents = g.extents(g.below(4));
    extents.add((long) g.extent());
  }

  /** A random program on random data. */
  static Case random(Generator g) {
    return new LoopCases(g).program();
  }

  /** One operation on all combinations of special values. */
  public static Case special(ScalarOp op, DType type) {
    int count = SPECIAL.length;
    LoopKernel.Builder in = new LoopKernel.Builder();
    List<Integer> arguments = new ArrayList<>();
    List<DType> types = new ArrayList<>(Collections.nCopies(op.arity(), type));
    List<double[]> data = new ArrayList<>();
    for (int i = 0; i < op.arity(); i++) {
      Strided layout = new Strided(type, i == 0 ? List.of(1L, 0L) : List.of(0L, 1L));
      arguments.add(in.load(in.input(layout)));
      data.add(Arrays.stream(SPECIAL).map(x -> inside(op, x)).toArray());
    }
    if (op == ScalarOp.SELECT) {
      arguments.set(0, in.apply(ScalarOp.GT, arguments.get(0), arguments.get(1)));
      types.set(0, DType.BOOL);
    } else if (op == ScalarOp.AND || op == ScalarOp.OR || op == ScalarOp.NOT) {
      arguments.replaceAll(a -> in.apply(ScalarOp.TO_BOOL, a));
      types.replaceAll(t -> DType.BOOL);
    } else if (op == ScalarOp.UNPACK_SIGNED || op == ScalarOp.UNPACK_UNSIGNED) {
      arguments.replaceAll(a -> in.apply(ScalarOp.TO_I32, a));
      types.replaceAll(t -> DType.I32);
    }
    int result = in.apply(op, arguments);
    DType resultType = op.resultType(types);
    in.store(in.output(Strided.dense(resultType, List.of((long) count, (long) count))), result);
    Tolerance tolerance =
        switch (op) {
          case EXP, LOG, TANH, SIN, COS -> new Tolerance(1e-37, 2e-6);
          default -> Tolerance.EXACT;
        };
    return new Case(in.build(List.of((long) count), count), data, tolerance);
  }

  /** Angles are reduced with good accuracy only where they are not astronomical. */
  private static double inside(ScalarOp op, double x) {
    boolean angle = op == ScalarOp.SIN || op == ScalarOp.COS;
    return angle && Math.abs(x) > 1000 && Double.isFinite(x) ? 2.5 : x;
  }

  private Case program() {
    LoopProgram program = new LoopProgram(g, builder, extents.size() - 1);
    int loads = 1 + g.below(4);
    for (int i = 0; i < loads; i++) {
      DType type = g.oneOf(Arrays.asList(DType.values()));
      Strided layout = g.source(type, extents, 1);
      boolean perRow = g.chance(0.2);
      layout = perRow ? withColumnStride(g.source(type, rows(), 0), 0) : layout;
      inputs.add(layout);
      program.load(builder.input(layout), type, !perRow);
    }
    int steps = g.chance(0.1) ? 60 : 1 + g.below(15);
    for (int i = 0; i < steps; i++) {
      program.step(extents.getLast());
    }
    boolean inPlace = g.chance(0.2) && inPlace(program);
    int stores = inPlace ? g.below(2) : 1 + g.below(2);
    for (int i = 0; i < stores; i++) {
      store(program, program.any());
    }
    reduceColumns(program);
    LoopKernel kernel = builder.build(rows(), extents.getLast());
    List<double[]> data = new ArrayList<>();
    for (Port port : kernel.ports()) {
      if (!port.output()) {
        data.add(LoopProgram.data(g, port));
      }
    }
    return new Case(kernel, data, tolerances, inPlace);
  }

  private List<Long> rows() {
    return extents.subList(0, extents.size() - 1);
  }

  private static Strided withColumnStride(Strided layout, long stride) {
    List<Long> strides = new ArrayList<>(layout.strides());
    strides.add(stride);
    return new Strided(layout.type(), strides);
  }

  /** Stores some value of the first input's type over that input, if no element is used twice. */
  private boolean inPlace(LoopProgram program) {
    Strided layout = inputs.getFirst();
    boolean repeated = layout.strides().contains(0L);
    LoopProgram.Value value = program.latest(layout.type().computeType());
    if (repeated || value == null) {
      return false;
    }
    emit(layout, value);
    return true;
  }

  private void store(LoopProgram program, LoopProgram.Value value) {
    boolean perRow = !value.varies() && g.chance(0.7);
    DType type = memoryType(value);
    emit(
        perRow ? withColumnStride(g.layout(type, rows(), 0), 0) : g.layout(type, extents, 1),
        value);
  }

  private void emit(Strided layout, LoopProgram.Value value) {
    builder.store(output(layout, value.error(), value.bound()), value.number());
  }

  private int output(Strided layout, double error, double bound) {
    outputs.add(layout);
    double rounding =
        switch (layout.type()) {
          case F16 -> 0x1p-10 * bound + 0x1p-14;
          case BF16 -> 0x1p-7 * bound;
          default -> 0;
        };
    tolerances.add(error == 0 ? Tolerance.EXACT : new Tolerance(2 * error + rounding, 0));
    return builder.output(layout);
  }

  private DType memoryType(LoopProgram.Value value) {
    if (value.type() != DType.F32) {
      return value.type();
    }
    boolean half = value.bound() < 30_000 || value.error() == 0;
    return g.oneOf(half ? List.of(DType.F32, DType.F16, DType.BF16) : List.of(DType.F32));
  }

  private void reduceColumns(LoopProgram program) {
    if (rows().isEmpty() || g.chance(0.6)) {
      return;
    }
    int reduced = 1 + g.below(rows().size());
    long terms = rows().stream().skip(rows().size() - reduced).reduce(1L, Math::multiplyExact);
    int count = 1 + g.below(2);
    for (int i = 0; i < count; i++) {
      LoopProgram.Value value = program.any();
      if (value.type() == DType.BOOL) {
        continue;
      }
      List<Long> kept = new ArrayList<>(rows().subList(0, rows().size() - reduced));
      kept.add(extents.getLast());
      Strided dense = g.layout(memoryType(value), kept, 1);
      List<Long> strides = new ArrayList<>(dense.strides());
      for (int j = 0; j < reduced; j++) {
        strides.add(strides.size() - 1, 0L);
      }
      Reduction op = g.oneOf(Arrays.asList(Reduction.values()));
      double error = LoopProgram.reducedError(op, value, terms);
      double bound = op == Reduction.SUM ? value.bound() * terms : value.bound();
      builder.columnReduce(
          output(new Strided(dense.type(), strides), error, bound), op, value.number());
    }
  }
}
