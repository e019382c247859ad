package dev.simoom.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Strided;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopTaskTest {
  private static final DType F = DType.F32;

  static Strided strided(DType type, Long... strides) {
    return new Strided(type, List.of(strides));
  }

  static Strided dense(long rows, long columns) {
    return Strided.dense(F, List.of(rows, columns));
  }

  static LoopKernel softmax(long rows, long columns) {
    var b = new LoopKernel.Builder();
    int x = b.load(b.input(dense(rows, columns)));
    int max = b.rowReduce(Reduction.MAX, x);
    int e = b.apply(ScalarOp.EXP, b.apply(ScalarOp.SUB, x, max));
    int sum = b.rowReduce(Reduction.SUM, e);
    b.store(b.output(dense(rows, columns)), b.apply(ScalarOp.DIV, e, sum));
    return b.build(List.of(rows), columns);
  }

  static LoopKernel rowSum(long rows, long columns) {
    var b = new LoopKernel.Builder();
    int x = b.load(b.input(dense(rows, columns)));
    int square = b.apply(ScalarOp.MUL, x, x);
    b.store(b.output(strided(F, 1L, 0L)), b.rowReduce(Reduction.SUM, square));
    return b.build(List.of(rows), columns);
  }

  static LoopKernel columnSum(long rows, long columns) {
    var b = new LoopKernel.Builder();
    int x = b.load(b.input(dense(rows, columns)));
    b.columnReduce(b.output(strided(F, 0L, 1L)), Reduction.SUM, x);
    b.columnReduce(b.output(strided(F, 0L, 1L)), Reduction.MAX, x);
    return b.build(List.of(rows), columns);
  }

  /** Inputs x, dy, gain; outputs dx, dgain, dbias. */
  static LoopKernel layerNormGradient(long rows, long columns) {
    var b = new LoopKernel.Builder();
    int x = b.load(b.input(dense(rows, columns)));
    int dy = b.load(b.input(dense(rows, columns)));
    int gain = b.load(b.input(strided(F, 0L, 1L)));
    int scale = b.constant(1.0 / columns);
    int mean = b.apply(ScalarOp.MUL, b.rowReduce(Reduction.SUM, x), scale);
    int centred = b.apply(ScalarOp.SUB, x, mean);
    int square = b.apply(ScalarOp.MUL, centred, centred);
    int variance = b.apply(ScalarOp.MUL, b.rowReduce(Reduction.SUM, square), scale);
    int deviation = b.apply(ScalarOp.SQRT, b.apply(ScalarOp.ADD, variance, b.constant(1e-5)));
    int normal = b.apply(ScalarOp.DIV, centred, deviation);
    int scaled = b.apply(ScalarOp.MUL, dy, gain);
    int first = b.apply(ScalarOp.MUL, b.rowReduce(Reduction.SUM, scaled), scale);
    int product = b.apply(ScalarOp.MUL, scaled, normal);
    int second = b.apply(ScalarOp.MUL, b.rowReduce(Reduction.SUM, product), scale);
    int rest = b.apply(ScalarOp.SUB, scaled, first);
    int dx = b.apply(ScalarOp.SUB, rest, b.apply(ScalarOp.MUL, normal, second));
    b.store(b.output(dense(rows, columns)), b.apply(ScalarOp.DIV, dx, deviation));
    b.columnReduce(b.output(strided(F, 0L, 1L)), Reduction.SUM, b.apply(ScalarOp.MUL, dy, normal));
    b.columnReduce(b.output(strided(F, 0L, 1L)), Reduction.SUM, dy);
    return b.build(List.of(rows), columns);
  }

  @ParameterizedTest
  @CsvSource({
    "1,1", "3,1", "5,7", "4,16", "2,64", "33,100", "3,5000", "300,37", "77,130", "0,5", "5,0"
  })
  void computesRowAndColumnReductions(long rows, long columns) {
    for (LoopKernel kernel :
        List.of(
            softmax(rows, columns),
            rowSum(rows, columns),
            columnSum(rows, columns),
            layerNormGradient(rows, Math.max(2, columns)))) {
      try (LoopCase c = new LoopCase(kernel).random(1)) {
        c.check(3e-5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"100,9", "50,511", "21,2047", "7,2049"})
  void rowsThatRunTogetherMayBeOverwritten(long rows, long columns) {
    try (LoopCase c = new LoopCase(softmax(rows, columns), 0).random(1)) {
      c.check(3e-5);
    }
    try (LoopCase c = new LoopCase(layerNormGradient(rows, columns), 1).random(1)) {
      c.check(3e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {70_001, 140_000})
  void computesLongRows(long columns) {
    for (LoopKernel kernel :
        List.of(
            softmax(2, columns),
            softmax(17, columns),
            rowSum(1, columns),
            layerNormGradient(3, columns))) {
      try (LoopCase c = new LoopCase(kernel).random(2)) {
        c.check(3e-5);
      }
    }
  }

  @Test
  void sameBitsForAnyNumberOfThreads() {
    for (LoopKernel kernel :
        List.of(
            softmax(700, 301),
            softmax(2, 100_000),
            rowSum(1, 300_000),
            columnSum(3000, 129),
            layerNormGradient(1000, 100))) {
      try (LoopCase one = new LoopCase(kernel).random(3).run(1);
          LoopCase two = new LoopCase(kernel).random(3).run(2);
          LoopCase three = new LoopCase(kernel).random(3).run(3)) {
        for (int o = 0; o < kernel.outputs().size(); o++) {
          assertThat(two.bytes().get(o)).isEqualTo(one.bytes().get(o));
          assertThat(three.bytes().get(o)).isEqualTo(one.bytes().get(o));
        }
      }
    }
  }
}
