package dev.simoom.kernels.tornado;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.oracle.Case;
import dev.simoom.kernels.oracle.Oracle;
import dev.simoom.kernels.oracle.Tolerance;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Loops that are cut: rows too long for a group, and more rows than a block of columns takes. */
class LargeLoopTest {
  private static final Tolerance SUM = new Tolerance(1e-3, 1e-6);

  private final LoopKernel.Builder in = new LoopKernel.Builder();

  @Test
  void longRowsAreReducedInPieces() {
    long columns = 16_500;
    int x = in.load(in.input(dense(columns)));
    int sum = in.rowReduce(Reduction.SUM, in.apply(ScalarOp.MUL, x, x));
    int largest = in.rowReduce(Reduction.MAX, x);
    in.store(in.output(dense(columns)), in.apply(ScalarOp.MUL, x, largest));
    in.store(in.output(perRow()), sum);
    check(in.build(List.of(3L), columns), 3 * columns, Tolerance.EXACT, SUM);
  }

  @Test
  void aTotalNeedsNoElementwisePart() {
    long columns = 40_001;
    int sum = in.rowReduce(Reduction.SUM, in.load(in.input(flat())));
    in.store(in.output(new Strided(DType.F32, List.of(0L))), sum);
    check(in.build(List.of(), columns), columns, SUM);
  }

  @Test
  void whatARowHasOneOfMayBeReplacedInPlace() {
    long columns = 16_400;
    int x = in.load(in.input(perRow()));
    int y = in.load(in.input(dense(columns)));
    int sum = in.rowReduce(Reduction.SUM, y);
    in.store(in.output(perRow()), in.apply(ScalarOp.ADD, x, sum));
    in.store(in.output(dense(columns)), in.apply(ScalarOp.MUL, x, y));
    LoopKernel kernel = in.build(List.of(2L), columns);
    List<double[]> data = List.of(numbers(2), numbers(2 * columns));
    Oracle.check(
        new Case(kernel, data, List.of(SUM, new Tolerance(1e-6, 1e-6)), true), 0, Devices.first());
  }

  @Test
  void anItemTakesSeveralOfManyPositionsInPlaceToo() {
    long columns = 1019;
    long rows = 1031;
    int x = in.load(in.input(dense(columns)));
    int y = in.load(in.input(perColumn()));
    in.store(in.output(dense(columns)), in.apply(ScalarOp.ADD, in.apply(ScalarOp.MUL, x, x), y));
    LoopKernel kernel = in.build(List.of(rows), columns);
    List<double[]> data = List.of(numbers(rows * columns), numbers(columns));
    Oracle.check(new Case(kernel, data, List.of(SUM), true), 0, Devices.first());
  }

  @Test
  void manyRowsAreReducedInBlocks() {
    int x = in.load(in.input(dense(33)));
    in.columnReduce(in.output(perColumn()), Reduction.SUM, x);
    in.columnReduce(in.output(perColumn()), Reduction.MIN, x);
    check(in.build(List.of(700L), 33), 700 * 33, SUM, Tolerance.EXACT);
  }

  @Test
  void manyRowsAreReducedInBlocksWithWhatTheirRowsComeTo() {
    int x = in.load(in.input(dense(300)));
    int sum = in.rowReduce(Reduction.SUM, x);
    in.columnReduce(in.output(perColumn()), Reduction.SUM, in.apply(ScalarOp.MUL, x, sum));
    in.store(in.output(perRow()), sum);
    check(in.build(List.of(70L), 300), 70 * 300, new Tolerance(1e-2, 1e-5), SUM);
  }

  private static Strided flat() {
    return new Strided(DType.F32, List.of(1L));
  }

  private static Strided dense(long columns) {
    return new Strided(DType.F32, List.of(columns, 1L));
  }

  private static Strided perRow() {
    return new Strided(DType.F32, List.of(1L, 0L));
  }

  private static Strided perColumn() {
    return new Strided(DType.F32, List.of(0L, 1L));
  }

  private static void check(LoopKernel kernel, long elements, Tolerance... tolerances) {
    Oracle.check(new Case(kernel, List.of(numbers(elements)), tolerances), 0, Devices.first());
  }

  private static double[] numbers(long count) {
    SplittableRandom random = new SplittableRandom(count);
    return random.doubles(count, -1, 1).toArray();
  }
}
