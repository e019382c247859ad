package dev.simoom.kernels.oracle;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Random;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Scan;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.SparseShape;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.TopK;
import java.util.List;

/**
 * One or more kernels of every kind, of sizes that keep a core busy for a fraction of a
 * millisecond.
 */
public final class TypicalKernels {
  /** All tables have at least so many rows, so that indices below it suit each. */
  static final int ENTRIES = 64;

  private TypicalKernels() {}

  /** The kernels. */
  public static List<Kernel> all() {
    Strided heads = Strided.dense(DType.F32, List.of(2L, 67L, 40L));
    Attention attention =
        new Attention(List.of(2L), 67, 67, 40, true, 0.2f, heads, heads, heads, heads);
    return List.of(
        layerNorm(20, 203),
        layerNormGradient(40, 203),
        adam(5003),
        packedMoment(5),
        matMul(DType.F32),
        matMul(DType.BF16),
        attention,
        new AttentionGradient(attention, heads, heads, heads, heads),
        new TopK(6, 3001, 32, 3001),
        new TopK(6, 3001, 3001, 3001),
        new SparseDecode(new SparseShape(20, 17, ENTRIES, 203)),
        new SparseDot(new SparseShape(20, 17, ENTRIES, 203)),
        new Gather(100, ENTRIES, 37, DType.F32),
        new Gather(100, ENTRIES, 37, DType.F16),
        new Gather(5000, ENTRIES, 1, DType.F32),
        new ScatterAdd(20, 17, ENTRIES, 203, true),
        new ScatterAdd(100, 1, ENTRIES, 39, false),
        new ScatterAdd(5000, 1, ENTRIES, 1, false),
        new Scan(Scan.Kind.SUM, false, 70, 203, 1, DType.F32),
        new Scan(Scan.Kind.SUM, true, 2, 50, 203, DType.F32),
        new Scan(Scan.Kind.SUM, false, 1, 20001, 1, DType.F32),
        new Scan(Scan.Kind.SUM, false, 70, 203, 1, DType.I32),
        new Scan(Scan.Kind.PRODUCT, false, 70, 203, 1, DType.F32),
        new Scan(Scan.Kind.PRODUCT, true, 2, 50, 203, DType.I32),
        new Scan(Scan.Kind.RECURRENCE, true, 70, 203, 1, DType.F32),
        new Random(5001, false, 3),
        new Random(5001, true, 3),
        copy(DType.F32, List.of(200L, 1L)),
        copy(DType.F32, List.of(1L, 100L)),
        copy(DType.F16, List.of(1L, 100L)),
        copy(DType.BF16, List.of(201L, 2L)));
  }

  private static Kernel copy(DType type, List<Long> source) {
    List<Long> extents = List.of(99L, 100L);
    return new Copy(extents, new Strided(type, source), Strided.dense(type, extents));
  }

  private static Kernel matMul(DType weights) {
    Strided a = Strided.dense(DType.F32, List.of(70L, 65L));
    Strided b = new Strided(weights, List.of(1L, 65L));
    return MatMul.of(List.of(), 70, 90, 65, a, b, Strided.dense(DType.F32, List.of(70L, 90L)));
  }

  /** Row and column reductions and a bfloat16 copy of the result. */
  static Kernel layerNorm(long rows, long columns) {
    Strided dense = Strided.dense(DType.F32, List.of(rows, columns));
    LoopKernel.Builder in = new LoopKernel.Builder();
    int x = in.load(in.input(dense));
    int inverse = in.constant(DType.F32, 1.0 / columns);
    int mean = in.apply(ScalarOp.MUL, in.rowReduce(Reduction.SUM, x), inverse);
    int centred = in.apply(ScalarOp.SUB, x, mean);
    int squares = in.rowReduce(Reduction.SUM, in.apply(ScalarOp.MUL, centred, centred));
    int deviation = in.apply(ScalarOp.SQRT, in.apply(ScalarOp.MUL, squares, inverse));
    int y = in.apply(ScalarOp.DIV, centred, deviation);
    in.store(in.output(dense), y);
    in.store(in.output(new Strided(DType.BF16, dense.strides())), y);
    in.columnReduce(in.output(new Strided(DType.F32, List.of(0L, 1L))), Reduction.SUM, y);
    return in.build(List.of(rows), columns);
  }

  /** Two row reductions of one pass, values of rows as inputs, and two column reductions. */
  static Kernel layerNormGradient(long rows, long columns) {
    Strided dense = Strided.dense(DType.F32, List.of(rows, columns));
    Strided perRow = new Strided(DType.F32, List.of(1L, 0L));
    Strided perColumn = new Strided(DType.F32, List.of(0L, 1L));
    LoopKernel.Builder in = new LoopKernel.Builder();
    int x = in.load(in.input(dense));
    int mean = in.load(in.input(perRow));
    int scale = in.load(in.input(perRow));
    int gain = in.load(in.input(perColumn));
    int gradient = in.load(in.input(dense));
    int inverse = in.constant(DType.F32, 1.0 / columns);
    int normal = in.apply(ScalarOp.MUL, in.apply(ScalarOp.SUB, x, mean), scale);
    int ofNormal = in.apply(ScalarOp.MUL, gradient, gain);
    int sum = in.rowReduce(Reduction.SUM, ofNormal);
    int dot = in.rowReduce(Reduction.SUM, in.apply(ScalarOp.MUL, ofNormal, normal));
    int shift = in.apply(ScalarOp.MUL, sum, inverse);
    int along = in.apply(ScalarOp.MUL, normal, in.apply(ScalarOp.MUL, dot, inverse));
    int centred = in.apply(ScalarOp.SUB, in.apply(ScalarOp.SUB, ofNormal, shift), along);
    in.store(in.output(dense), in.apply(ScalarOp.MUL, centred, scale));
    int product = in.apply(ScalarOp.MUL, gradient, normal);
    in.columnReduce(in.output(perColumn), Reduction.SUM, product);
    in.columnReduce(in.output(perColumn), Reduction.SUM, gradient);
    return in.build(List.of(rows), columns);
  }

  /** A chain of elementwise operations over several streams, with transcendental functions. */
  static Kernel adam(long elements) {
    Strided flat = new Strided(DType.F32, List.of(1L));
    LoopKernel.Builder in = new LoopKernel.Builder();
    int parameter = in.load(in.input(flat));
    int gradient = in.load(in.input(flat));
    int moment = in.load(in.input(flat));
    int next = in.apply(ScalarOp.ADD, in.apply(ScalarOp.MUL, moment, in.constant(0.9)), gradient);
    int size = in.apply(ScalarOp.EXP, in.apply(ScalarOp.TANH, in.apply(ScalarOp.ABS, next)));
    int step = in.apply(ScalarOp.DIV, next, in.apply(ScalarOp.SQRT, size));
    in.store(in.output(flat), in.apply(ScalarOp.SUB, parameter, step));
    in.store(in.output(flat), next);
    return in.build(List.of(), elements);
  }

  /** A moving average that is kept in bytes, four rows packed to one, with a scale for each row. */
  static Kernel packedMoment(long units) {
    Strided dense = Strided.dense(DType.F32, List.of(units, 4L, 256L));
    Strided words = new Strided(DType.I32, List.of(256L, 0L, 1L));
    Strided perRow = new Strided(DType.F32, List.of(4L, 1L, 0L));
    LoopKernel.Builder in = new LoopKernel.Builder();
    int gradient = in.load(in.input(dense));
    int row = in.index(1);
    int packed = in.apply(ScalarOp.UNPACK_SIGNED, in.load(in.input(words)), row);
    int moment = in.apply(ScalarOp.MUL, packed, in.load(in.input(perRow)));
    int next = in.apply(ScalarOp.ADD, in.apply(ScalarOp.MUL, moment, in.constant(0.9)), gradient);
    int largest = in.rowReduce(Reduction.MAX, in.apply(ScalarOp.ABS, next));
    int scale = in.apply(ScalarOp.MAX, largest, in.constant(1e-30));
    int ratio = in.apply(ScalarOp.DIV, next, scale);
    int bytes = in.apply(ScalarOp.PACK_SIGNED, ratio, in.apply(ScalarOp.TO_F32, row));
    in.columnReduce(in.output(words), Reduction.SUM, bytes);
    in.store(in.output(perRow), scale);
    return in.build(List.of(units, 4L), 256);
  }
}
