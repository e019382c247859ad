package dev.simoom.kernels.oracle;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Grows the body of a random loop kernel, keeping for each value a bound of its size and of its
 * error, so that every result has a tolerance that follows from what was computed: zero as long as
 * only exactly rounded operations took part.
 */
final class LoopProgram {
  /** Relative error of one rounding, and what is granted to a transcendental function. */
  private static final double ROUNDING = 6e-8;

  private static final double FUNCTION = 5e-7;
  private static final double INTEGERS = 100;

  private final Generator g;
  private final LoopKernel.Builder builder;
  private final int rowDimensions;
  private final List<Value> values = new ArrayList<>();

  /**
   * A value of the body.
   *
   * @param bound largest absolute value it can have
   * @param error largest distance between two right results
   * @param varies whether it differs between columns
   */
  record Value(int number, DType type, double bound, double error, boolean varies) {}

  LoopProgram(Generator g, LoopKernel.Builder builder, int rowDimensions) {
    this.g = g;
    this.builder = builder;
    this.rowDimensions = rowDimensions;
  }

  void load(int input, DType type, boolean varies) {
    double bound = type.isFloating() ? 2 : type == DType.I32 ? INTEGERS : 1;
    values.add(new Value(builder.load(input), type.computeType(), bound, 0, varies));
  }

  /** Data within the bounds that {@link #load} assumes. */
  static double[] data(Generator g, Port port) {
    double[] data =
        switch (port.type()) {
          case BOOL -> g.integers(port, 2);
          case I32 -> g.reals(port, INTEGERS);
          default -> g.reals(port, 2);
        };
    return port.type() == DType.I32 ? Arrays.stream(data).map(Math::rint).toArray() : data;
  }

  Value any() {
    return g.chance(0.7) ? values.getLast() : g.oneOf(values);
  }

  @Nullable Value latest(DType type) {
    return values.reversed().stream().filter(v -> v.type() == type).findFirst().orElse(null);
  }

  private @Nullable Value some(DType type) {
    List<Value> suitable = values.stream().filter(v -> v.type() == type).toList();
    return suitable.isEmpty() ? null : g.chance(0.4) ? suitable.getLast() : g.oneOf(suitable);
  }

  /** Appends an instruction, or nothing where the random choice does not fit. */
  void step(long columns) {
    switch (g.below(10)) {
      case 0 -> constant();
      case 1 -> {
        int dimension = g.below(rowDimensions + 1);
        boolean varies = dimension == rowDimensions;
        values.add(new Value(builder.index(dimension), DType.I32, 1000, 0, varies));
      }
      case 2 -> rowReduce(columns);
      default -> apply(g.oneOf(Arrays.asList(ScalarOp.values())));
    }
  }

  private void constant() {
    DType type = g.oneOf(List.of(DType.F32, DType.I32, DType.BOOL));
    double value = type == DType.F32 ? 0.37 * (g.below(9) - 4) : g.below(type == DType.I32 ? 7 : 2);
    values.add(new Value(builder.constant(type, value), type, 4 + value, 0, false));
  }

  private void rowReduce(long columns) {
    Value x = any();
    Reduction op = g.oneOf(Arrays.asList(Reduction.values()));
    double bound = op == Reduction.SUM ? x.bound() * Math.max(1, columns) : x.bound();
    if (x.type() != DType.BOOL && bound < 1e6) {
      int number = builder.rowReduce(op, x.number());
      values.add(new Value(number, x.type(), bound, reducedError(op, x, columns), false));
    }
  }

  static double reducedError(Reduction op, Value x, long terms) {
    boolean exact = x.type() != DType.F32 || op != Reduction.SUM;
    return exact ? x.error() : terms * (x.error() + 2 * ROUNDING * x.bound()) + 1e-12;
  }

  private void apply(ScalarOp op) {
    DType first =
        switch (op) {
          case DIV, SQRT, EXP, LOG, TANH, SIN, COS, PACK_SIGNED, PACK_UNSIGNED -> DType.F32;
          case UNPACK_SIGNED, UNPACK_UNSIGNED -> DType.I32;
          case AND, OR, NOT, SELECT -> DType.BOOL;
          case TO_F32, TO_I32, TO_BOOL -> g.oneOf(List.of(DType.F32, DType.I32, DType.BOOL));
          default -> g.oneOf(List.of(DType.F32, DType.F32, DType.I32));
        };
    Value x = some(first);
    Value y = some(op == ScalarOp.SELECT ? any().type() : first);
    if (x == null || y == null) {
      return;
    }
    Value z = some(y.type());
    if (op == ScalarOp.DIV) {
      y = positive(y);
    } else if (op == ScalarOp.SQRT || op == ScalarOp.LOG) {
      x = positive(x);
    } else if (op == ScalarOp.PACK_SIGNED || op == ScalarOp.PACK_UNSIGNED) {
      // Higher bytes are too large for what may follow.
      y = new Value(builder.constant(0), DType.F32, 0, 0, false);
    }
    append(op, x, y, z);
  }

  /** {@code |x| + 1}. */
  private Value positive(Value x) {
    int size = builder.apply(ScalarOp.ABS, x.number());
    int number = builder.apply(ScalarOp.ADD, size, builder.constant(1));
    return new Value(
        number, DType.F32, x.bound() + 1, rounded(x.error(), x.bound() + 1), x.varies());
  }

  private void append(ScalarOp op, Value x, Value y, Value z) {
    List<Value> arguments = List.of(x, y, z).subList(0, op.arity());
    double bound = bound(op, x, y, z);
    double error = error(op, x, y, z, bound);
    if (!(bound < 1e6) || !(error < 1e-2)) {
      return;
    }
    List<DType> types = arguments.stream().map(Value::type).toList();
    boolean varies = arguments.stream().anyMatch(Value::varies);
    int number = builder.apply(op, arguments.stream().map(Value::number).toList());
    values.add(new Value(number, op.resultType(types), bound, error, varies));
  }

  private static double bound(ScalarOp op, Value x, Value y, Value z) {
    return switch (op) {
      case ADD, SUB -> x.bound() + y.bound();
      case MUL -> x.bound() * y.bound();
      case MIN, MAX -> Math.max(x.bound(), y.bound());
      case SELECT -> Math.max(y.bound(), z.bound());
      case EXP -> Math.exp(x.bound());
      case DIV, NEG, ABS, SQRT, LOG, TO_F32, TO_I32 -> x.bound();
      case PACK_SIGNED, PACK_UNSIGNED -> 255;
      default -> 1;
    };
  }

  /** Infinite where a small error of an argument could change the result altogether. */
  private static double error(ScalarOp op, Value x, Value y, Value z, double bound) {
    double worse = Math.max(x.error(), op.arity() > 1 ? y.error() : 0);
    return switch (op) {
      case ADD, SUB -> rounded(x.error() + y.error(), bound);
      case MUL -> rounded(x.bound() * y.error() + y.bound() * x.error(), bound);
      case DIV -> rounded(x.error() + x.bound() * y.error(), bound);
      case SQRT -> rounded(x.error(), bound);
      case MIN, MAX, NEG, ABS -> worse;
      case SELECT -> Math.max(y.error(), z.error());
      case EXP -> 2 * bound * (x.error() + FUNCTION);
      case LOG, TANH, SIN, COS -> x.error() + FUNCTION * (1 + x.bound() / 100);
      default -> worse == 0 ? 0 : Double.POSITIVE_INFINITY;
    };
  }

  /** Exactly rounded operations keep exact arguments exact. */
  private static double rounded(double error, double bound) {
    return error == 0 ? 0 : error + ROUNDING * bound;
  }
}
