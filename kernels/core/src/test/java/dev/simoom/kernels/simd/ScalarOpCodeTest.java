package dev.simoom.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Strided;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The code of every operation against its meaning, over special and random values. */
class ScalarOpCodeTest {
  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    0.5f,
    -0.5f,
    2f,
    3.7f,
    -3.7f,
    1e-3f,
    88f,
    -87f,
    88.9f,
    1e30f,
    -1e30f,
    1e-30f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    2.1474836e9f,
    -2.1474836e9f,
    0.625f,
    10f
  };
  private static final int[] INTS = {
    0, 1, -1, 2, 7, -7, 1000, 65536, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30, -12345
  };

  @ParameterizedTest
  @EnumSource(ScalarOp.class)
  void meansWhatItSays(ScalarOp op) {
    for (DType a : List.of(DType.F32, DType.I32, DType.BOOL)) {
      for (DType b : List.of(DType.F32, DType.I32, DType.BOOL)) {
        List<DType> types = new ArrayList<>(List.of(a, b, b).subList(0, op.arity()));
        if (suits(op, types)) {
          check(op, types);
        }
      }
    }
  }

  private static boolean suits(ScalarOp op, List<DType> types) {
    try {
      op.resultType(types);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void check(ScalarOp op, List<DType> types) {
    int n = 2003;
    var builder = new LoopKernel.Builder();
    List<Integer> x = new ArrayList<>();
    types.forEach(t -> x.add(builder.load(builder.input(new Strided(t, List.of(1L))))));
    DType type = op.resultType(types);
    builder.store(builder.output(new Strided(type, List.of(1L))), builder.apply(op, x));
    try (LoopCase c = new LoopCase(builder.build(List.of(), n))) {
      Random random = new Random(5);
      for (int i = 0; i < n; i++) {
        for (int a = 0; a < types.size(); a++) {
          c.set(a, i, pick(types.get(a), a == 0 ? i : i / 7 + a, random, op));
        }
      }
      c.run(1);
      for (int i = 0; i < n; i++) {
        double[] in = new double[3];
        for (int a = 0; a < types.size(); a++) {
          in[a] = c.get(a, i);
        }
        double want = op.apply(in[0], in[1], in[2]);
        if (type == DType.I32) {
          want = (int) (long) want;
          if (op == ScalarOp.MUL) {
            want = (int) in[0] * (int) in[1];
          }
        } else if (type == DType.F32) {
          want = (float) want;
        }
        double got = c.get(types.size(), i);
        if (Double.isNaN(want)) {
          assertThat(got).as("%s of %s", op, in).isNaN();
        } else if (isApproximate(op)) {
          double size = op == ScalarOp.SIN || op == ScalarOp.COS ? 1 : Math.abs(want);
          boolean good = want == got || Math.abs(want - got) <= 3e-7 * size;
          boolean flushed = op == ScalarOp.EXP && Math.abs(want) < Float.MIN_NORMAL && got == 0;
          assertThat(good || flushed).as("%s of %s: %s, not %s", op, in[0], got, want).isTrue();
        } else {
          assertThat(got + 0.0).as("%s of %s %s %s", op, in[0], in[1], in[2]).isEqualTo(want + 0.0);
        }
      }
    }
  }

  private static boolean isApproximate(ScalarOp op) {
    return switch (op) {
      case EXP, LOG, TANH, SIN, COS -> true;
      default -> false;
    };
  }

  private static double pick(DType type, int i, Random random, ScalarOp op) {
    boolean angle = op == ScalarOp.SIN || op == ScalarOp.COS;
    return switch (type) {
      case BOOL -> random.nextInt(2);
      case I32 -> i < 500 ? INTS[i % INTS.length] : random.nextInt() >> random.nextInt(31);
      default -> {
        float special = SPECIAL[i % SPECIAL.length];
        if (i < 500 && !(angle && Math.abs(special) > 1e6 && Float.isFinite(special))) {
          yield special;
        }
        yield (float) (random.nextGaussian() * Math.pow(10, random.nextInt(6) - 3));
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "EXP, -87.3, 88.7, 2e-7",
    "LOG, 1e-45, 3e38, 2e-7",
    "LOG, 0.5, 2, 2e-7",
    "TANH, -12, 12, 3e-7",
    "TANH, -0.01, 0.01, 3e-7"
  })
  void functionsAreAccurate(ScalarOp op, float from, float to, double bound) {
    double worst = 0;
    int n = 100_000;
    try (LoopCase c = new LoopCase(unary(op, n))) {
      for (int i = 0; i < n; i++) {
        c.set(0, i, from + (to - from) * ((double) i / n));
      }
      c.run(2);
      for (int i = 0; i < n; i++) {
        double want = op.apply(c.get(0, i), 0, 0);
        if (want != 0) {
          worst = Math.max(worst, Math.abs(c.get(1, i) - want) / Math.abs(want));
        }
      }
    }
    assertThat(worst).isLessThan(bound);
  }

  @ParameterizedTest
  @CsvSource({"SIN, 10000", "COS, 10000", "SIN, 1000000", "COS, 1000000"})
  void anglesAreReducedAccurately(ScalarOp op, float to) {
    int n = 100_000;
    double worst = 0;
    try (LoopCase c = new LoopCase(unary(op, n))) {
      for (int i = 0; i < n; i++) {
        c.set(0, i, -to + 2.0 * to * i / n);
      }
      c.run(2);
      for (int i = 0; i < n; i++) {
        worst = Math.max(worst, Math.abs(c.get(1, i) - op.apply(c.get(0, i), 0, 0)));
      }
    }
    assertThat(worst).isLessThan(2e-7);
  }

  private static LoopKernel unary(ScalarOp op, long n) {
    var builder = new LoopKernel.Builder();
    Strided layout = new Strided(DType.F32, List.of(1L));
    int x = builder.load(builder.input(layout));
    builder.store(builder.output(layout), builder.apply(op, x));
    return builder.build(List.of(), n);
  }

  @Test
  void sixteenBitPatternsSurvive() {
    for (DType type : List.of(DType.F16, DType.BF16)) {
      var builder = new LoopKernel.Builder();
      Strided narrow = new Strided(type, List.of(1L));
      int x = builder.load(builder.input(narrow));
      builder.store(builder.output(new Strided(DType.F32, List.of(1L))), x);
      builder.store(builder.output(narrow), x);
      int n = 65535;
      try (LoopCase c = new LoopCase(builder.build(List.of(), n))) {
        for (int i = 0; i < n; i++) {
          c.pattern(0, i, (short) i);
        }
        c.run(1);
        for (int i = 0; i < n; i++) {
          double want = c.get(0, i);
          if (Double.isNaN(want)) {
            assertThat(c.get(1, i)).as("%s %x", type, i).isNaN();
            assertThat(c.get(2, i)).as("%s %x", type, i).isNaN();
          } else {
            assertThat(c.get(1, i)).as("%s %x", type, i).isEqualTo(want);
            assertThat(c.pattern(2, i)).as("%s %x", type, i).isEqualTo((short) i);
          }
        }
      }
    }
  }

  @Test
  void sixteenBitStoresRoundToNearestEven() {
    for (DType type : List.of(DType.F16, DType.BF16)) {
      var builder = new LoopKernel.Builder();
      int x = builder.load(builder.input(new Strided(DType.F32, List.of(1L))));
      builder.store(builder.output(new Strided(type, List.of(1L))), x);
      int n = 200_003;
      Random random = new Random(9);
      try (LoopCase c = new LoopCase(builder.build(List.of(), n))) {
        for (int i = 0; i < n; i++) {
          float near = Float.float16ToFloat((short) random.nextInt());
          boolean halfway = i % 3 == 0;
          float step = Math.ulp(near) * (1 << (type == DType.F16 ? 12 : 15));
          c.set(
              0,
              i,
              i % 3 == 1 ? Float.intBitsToFloat(random.nextInt()) : halfway ? near + step : near);
        }
        c.run(1);
        for (int i = 0; i < n; i++) {
          float in = (float) c.get(0, i);
          short want = type == DType.F16 ? Float.floatToFloat16(in) : LoopCase.brain(in);
          if (Float.isNaN(in)) {
            assertThat(c.get(1, i)).isNaN();
          } else {
            assertThat(c.pattern(1, i)).as("%s of %s", type, in).isEqualTo(want);
          }
        }
      }
    }
  }
}
