package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.LoopTaskTest.dense;
import static dev.simoom.kernels.simd.LoopTaskTest.strided;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Strided;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts, long bodies, updates in place, and bits that do not depend on company. */
class LoopBodyTest {
  private static final DType F = DType.F32;

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 17, 64, 1000})
  void broadcastsAndStridesOverManyDimensions(long columns) {
    var b = new LoopKernel.Builder();
    List<Long> rows = List.of(3L, 1L, 4L, 5L);
    int x = b.load(b.input(strided(F, 2 * columns, 9L, 7 * columns, 0L, 1L)));
    int y = b.load(b.input(strided(F, 0L, 0L, 1L, 3L, 0L)));
    int z = b.load(b.input(strided(DType.F16, 40 * columns, 0L, 10 * columns, columns, 1L)));
    int index = b.apply(ScalarOp.ADD, b.index(2), b.apply(ScalarOp.MUL, b.index(3), b.index(4)));
    int sum = b.apply(ScalarOp.ADD, b.apply(ScalarOp.MUL, x, y), z);
    sum = b.apply(ScalarOp.ADD, sum, b.apply(ScalarOp.TO_F32, index));
    b.store(b.output(strided(F, 20 * columns, 0L, 5 * columns, columns, 1L)), sum);
    b.store(b.output(strided(DType.BF16, 20 * columns, 0L, 5 * columns, columns, 1L)), sum);
    int small = b.apply(ScalarOp.LT, sum, b.constant(1));
    b.store(b.output(strided(DType.BOOL, 20 * columns, 0L, 5 * columns, columns, 1L)), small);
    b.store(b.output(strided(F, 20L, 0L, 5L, 1L, 0L)), b.apply(ScalarOp.EXP, y));
    try (LoopCase c = new LoopCase(b.build(rows, columns)).random(4)) {
      c.check(4e-3);
    }
  }

  @Test
  void columnSumsOverSomeDimensions() {
    for (long columns : new long[] {1, 5, 130}) {
      var b = new LoopKernel.Builder();
      int x = b.load(b.input(Strided.dense(F, List.of(3L, 2L, 150L, 2L, columns))));
      int n = b.load(b.input(Strided.dense(DType.I32, List.of(3L, 2L, 150L, 2L, columns))));
      b.columnReduce(b.output(strided(F, 2 * columns, columns, 0L, 0L, 1L)), Reduction.SUM, x);
      b.columnReduce(
          b.output(strided(DType.I32, 2 * columns, columns, 0L, 0L, 1L)), Reduction.SUM, n);
      b.columnReduce(
          b.output(strided(DType.F16, 2 * columns, columns, 0L, 0L, 1L)), Reduction.MIN, x);
      try (LoopCase c = new LoopCase(b.build(List.of(3L, 2L, 150L, 2L), columns)).random(6)) {
        c.check(1e-3);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 400})
  void longBodies(int operations) {
    Random random = new Random(operations);
    var b = new LoopKernel.Builder();
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      values.add(b.load(b.input(dense(7, 3001))));
    }
    values.add(b.constant(0.25));
    for (int i = 0; i < operations; i++) {
      int p = values.get(Math.max(0, values.size() - 1 - random.nextInt(8)));
      int q = values.get(random.nextInt(values.size()));
      values.add(
          switch (i % 7) {
            case 0 -> b.apply(ScalarOp.MUL, p, b.constant(0.5));
            case 1 -> b.apply(ScalarOp.TANH, b.apply(ScalarOp.ADD, p, q));
            case 2 -> b.apply(ScalarOp.MAX, p, q);
            case 3 -> b.apply(ScalarOp.SELECT, b.apply(ScalarOp.LT, p, q), q, p);
            default -> b.apply(ScalarOp.SUB, p, b.apply(ScalarOp.MUL, q, b.constant(0.125)));
          });
      if (i % 50 == 49) {
        b.store(b.output(dense(7, 3001)), values.getLast());
      }
    }
    try (LoopCase c = new LoopCase(b.build(List.of(7L), 3001), 0, 1).random(8)) {
      c.check(2e-3);
    }
  }

  @Test
  void longChainsOfRowValues() {
    var b = new LoopKernel.Builder();
    int x = b.load(b.input(dense(5, 70)));
    int value = b.rowReduce(Reduction.SUM, x);
    for (int i = 0; i < 60; i++) {
      value = b.apply(ScalarOp.TANH, b.apply(ScalarOp.ADD, value, b.constant(i / 100.0)));
    }
    b.store(b.output(dense(5, 70)), b.apply(ScalarOp.MUL, value, x));
    b.store(b.output(strided(F, 1L, 0L)), value);
    try (LoopCase c = new LoopCase(b.build(List.of(5L), 70)).random(8)) {
      c.check(1e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {50, 5000, 20_000, 70_000})
  void updatesInPlaceReadBeforeTheyWrite(long columns) {
    var b = new LoopKernel.Builder();
    int x = b.load(b.input(dense(3, columns)));
    int y = b.load(b.input(dense(3, columns)));
    int sum = b.rowReduce(Reduction.SUM, b.apply(ScalarOp.MUL, x, x));
    // Written before the reduction is known, and x is needed after it.
    b.store(b.output(dense(3, columns)), b.apply(ScalarOp.ADD, x, y));
    int scaled = b.apply(ScalarOp.DIV, x, b.apply(ScalarOp.ADD, sum, b.constant(1)));
    b.store(b.output(dense(3, columns)), b.apply(ScalarOp.SUB, y, scaled));
    try (LoopCase c = new LoopCase(b.build(List.of(3L), columns), 0, 1).random(8)) {
      c.check(1e-5);
    }
  }

  @Test
  void sumsHaveTheSameBitsAloneAndInCompany() {
    for (long[] shape : new long[][] {{40, 333}, {40, 9000}, {2, 100_000}, {17, 100_000}}) {
      try (LoopCase alone = new LoopCase(LoopTaskTest.rowSum(shape[0], shape[1])).random(1).run(2);
          LoopCase fused = new LoopCase(squaresAndMore(shape[0], shape[1])).random(1).run(2);
          LoopCase first = new LoopCase(LoopTaskTest.rowSum(1, shape[1])).random(1).run(2)) {
        assertThat(fused.bytes().getFirst()).isEqualTo(alone.bytes().getFirst());
        assertThat(alone.bytes().getFirst()).startsWith(first.bytes().getFirst());
      }
    }
    for (long rows : new long[] {5, 128, 3000}) {
      try (LoopCase alone = new LoopCase(LoopTaskTest.columnSum(rows, 77)).random(1).run(2);
          LoopCase fused = new LoopCase(squaresAndMore(rows, 77)).random(1).run(2)) {
        assertThat(fused.bytes().get(2)).isEqualTo(alone.bytes().get(0));
      }
    }
  }

  private static LoopKernel squaresAndMore(long rows, long columns) {
    var b = new LoopKernel.Builder();
    int x = b.load(b.input(dense(rows, columns)));
    int square = b.apply(ScalarOp.MUL, x, x);
    int sum = b.rowReduce(Reduction.SUM, square);
    int max = b.rowReduce(Reduction.MAX, b.apply(ScalarOp.EXP, square));
    b.store(b.output(strided(F, 1L, 0L)), sum);
    b.store(b.output(dense(rows, columns)), b.apply(ScalarOp.DIV, square, max));
    b.columnReduce(b.output(strided(F, 0L, 1L)), Reduction.SUM, x);
    return b.build(List.of(rows), columns);
  }

  @Test
  void rangesCoverTheWholeInPieces() {
    var b = new LoopKernel.Builder();
    int x = b.load(b.input(dense(6, 100)));
    int bias = b.load(b.input(strided(F, 0L, 1L)));
    b.store(b.output(dense(6, 100)), b.apply(ScalarOp.TANH, b.apply(ScalarOp.ADD, x, bias)));
    LoopKernel kernel = b.build(List.of(6L), 100);
    try (LoopCase c = new LoopCase(kernel).random(3);
        LoopCase whole = new LoopCase(kernel).random(3).run(1)) {
      LoopRange range = LoopRange.of(kernel);
      range.bind(IntStream.range(0, 3).mapToLong(i -> c.buffers[i].address()).toArray());
      try (Buffer scratch = Buffer.allocate("scratch", range.scratchBytes())) {
        for (long row = 0; row < 6; row += 4) {
          for (long column = 0; column < 100; column += 33) {
            long end = Math.min(100, column + 33);
            range.run(row, Math.min(6, row + 4), column, end, scratch.address());
          }
        }
      }
      assertThat(c.bytes().getFirst()).isEqualTo(whole.bytes().getFirst());
    }
  }
}
