package dev.simoom.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Strided;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The matrix product against sums in double precision. */
final class MatMulTaskTest {
  private static final float UNTOUCHED = -12345.5f;

  private static Strided f32(long... strides) {
    return strided(DType.F32, strides);
  }

  private static Strided strided(DType type, long... strides) {
    return new Strided(type, Arrays.stream(strides).boxed().toList());
  }

  /** Buffers of the operands of one kernel, filled at random; outputs hold a marker. */
  private static Buffer[] operands(MatMul kernel) {
    SplittableRandom random = new SplittableRandom(7);
    List<Buffer> buffers = new ArrayList<>();
    for (var port : kernel.ports()) {
      Buffer buffer = Buffer.allocate(port.name(), port.bytes());
      for (long i = 0; i < port.elements(); i++) {
        float value = port.output() ? UNTOUCHED : random.nextFloat(-1, 1);
        set(buffer, port.type(), i, value);
      }
      buffers.add(buffer);
    }
    return buffers.toArray(Buffer[]::new);
  }

  private static void set(Buffer buffer, DType type, long index, float value) {
    var memory = buffer.segment();
    switch (type) {
      case F32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
      case F16 -> memory.setAtIndex(ValueLayout.JAVA_SHORT, index, Float.floatToFloat16(value));
      default ->
          memory.setAtIndex(
              ValueLayout.JAVA_SHORT, index, (short) (Float.floatToRawIntBits(value) >>> 16));
    }
  }

  private static float get(Buffer buffer, DType type, long index) {
    var memory = buffer.segment();
    return switch (type) {
      case F32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
      case F16 -> Float.float16ToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, index));
      default -> Float.intBitsToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, index) << 16);
    };
  }

  private static void run(MatMul kernel, int threads, Buffer... buffers) {
    try (Executable executable = executable(kernel, threads)) {
      executable.run(buffers);
    }
  }

  private static Executable executable(MatMul kernel, int threads) {
    List<Operand> places = new ArrayList<>();
    for (int i = 0; i < kernel.ports().size(); i++) {
      places.add(new Operand(i, 0));
    }
    return SimdBackend.withThreads(threads).compile(List.of(new Launch(kernel, places)));
  }

  private static void close(Buffer... buffers) {
    for (Buffer buffer : buffers) {
      buffer.close();
    }
  }

  private static long offset(List<Long> batch, Strided layout, long index) {
    long offset = 0;
    for (int d = batch.size() - 1; d >= 0; d--) {
      offset += index % batch.get(d) * layout.strides().get(d);
      index /= batch.get(d);
    }
    return offset;
  }

  /** The product in double, and how far off the sums in float may be. */
  private static double[][] expected(MatMul kernel, Buffer a, Buffer b) {
    int rank = kernel.batch().size();
    int m = (int) kernel.m();
    int n = (int) kernel.n();
    int batches = (int) kernel.batchCount();
    double[] sums = new double[batches * m * n];
    double[] sizes = new double[batches * m * n];
    for (int batch = 0; batch < batches; batch++) {
      long aStart = offset(kernel.batch(), kernel.a(), batch);
      long bStart = offset(kernel.batch(), kernel.b(), batch);
      for (int i = 0; i < m; i++) {
        for (long p = 0; p < kernel.k(); p++) {
          long aIndex =
              aStart + i * kernel.a().strides().get(rank) + p * kernel.a().strides().get(rank + 1);
          double left = get(a, kernel.a().type(), aIndex);
          long bRow = bStart + p * kernel.b().strides().get(rank);
          for (int j = 0; j < n; j++) {
            double right = get(b, kernel.b().type(), bRow + j * kernel.b().strides().get(rank + 1));
            int at = (batch * m + i) * n + j;
            sums[at] += left * right;
            sizes[at] += Math.abs(left * right);
          }
        }
      }
    }
    return new double[][] {sums, sizes};
  }

  private static void check(MatMul kernel) {
    Buffer[] buffers = operands(kernel);
    run(kernel, 2, buffers);
    double[][] expected = expected(kernel, buffers[0], buffers[1]);
    int rank = kernel.batch().size();
    Buffer c = buffers[2];
    boolean[] written = new boolean[(int) (c.bytes() / 4)];
    int at = 0;
    for (int batch = 0; batch < kernel.batchCount(); batch++) {
      long start = offset(kernel.batch(), kernel.c(), batch);
      for (int i = 0; i < kernel.m(); i++) {
        for (int j = 0; j < kernel.n(); j++, at++) {
          long index =
              start + i * kernel.c().strides().get(rank) + j * kernel.c().strides().get(rank + 1);
          double error = Math.abs(get(c, DType.F32, index) - expected[0][at]);
          if (!(error <= 2e-6 * expected[1][at] + 1e-30)) {
            throw new AssertionError(
                kernel
                    + " at "
                    + batch
                    + ","
                    + i
                    + ","
                    + j
                    + ": "
                    + get(c, DType.F32, index)
                    + " instead of "
                    + expected[0][at]);
          }
          written[(int) index] = true;
        }
      }
    }
    for (int i = 0; i < written.length; i++) {
      if (!written[i]) {
        assertThat(get(c, DType.F32, i)).as("gap at %s of %s", i, kernel).isEqualTo(UNTOUCHED);
      }
    }
    close(buffers);
  }

  private static Strided layout(DType type, boolean transposed, long rows, long columns) {
    return transposed ? strided(type, 1, rows) : strided(type, columns, 1);
  }

  private static MatMul product(
      DType type, boolean aTransposed, boolean bTransposed, long m, long n, long k) {
    return MatMul.of(
        List.of(),
        m,
        n,
        k,
        layout(type, aTransposed, m, k),
        layout(type, bTransposed, k, n),
        f32(n, 1));
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void allTranspositionsAndSizes(DType type) {
    long[][] sizes = {
      {1, 1, 1},
      {2, 3, 1},
      {1, 70, 33},
      {70, 1, 33},
      {3, 200, 300},
      {5, 7, 300},
      {200, 3, 40},
      {9, 33, 17},
      {16, 31, 16},
      {64, 64, 64},
      {65, 63, 15},
      {130, 270, 520},
      {300, 150, 257},
      {17, 1000, 31},
      {400, 33, 260},
      {7, 11, 13},
      {13, 5, 0}
    };
    for (long[] s : sizes) {
      for (int t = 0; t < 4; t++) {
        check(product(type, (t & 1) != 0, (t & 2) != 0, s[0], s[1], s[2]));
      }
    }
  }

  @Test
  void randomSizes() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 60; i++) {
      long m = 1 + (long) Math.exp(random.nextDouble(0, 5.5));
      long n = 1 + (long) Math.exp(random.nextDouble(0, 5.5));
      long k = (long) Math.exp(random.nextDouble(0, 6.5));
      check(product(DType.F32, random.nextBoolean(), random.nextBoolean(), m, n, k));
    }
  }

  @Test
  void emptyProductsTouchNothing() {
    check(product(DType.F32, false, false, 0, 5, 3));
    check(product(DType.F32, false, false, 5, 0, 3));
    check(MatMul.of(List.of(0L), 2, 2, 2, f32(4, 2, 1), f32(4, 2, 1), f32(4, 2, 1)));
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void slicesAndGaps(DType type) {
    for (long[] s : new long[][] {{5, 6, 7}, {40, 50, 60}, {150, 140, 300}, {1, 90, 80}}) {
      long m = s[0];
      long n = s[1];
      long k = s[2];
      Strided gapped = f32(n + 3, 1);
      check(
          MatMul.of(List.of(), m, n, k, strided(type, 3 * k, 2), strided(type, 4 * n, 3), gapped));
      check(
          MatMul.of(List.of(), m, n, k, strided(type, k + 5, 1), strided(type, n + 9, 1), gapped));
      check(
          MatMul.of(List.of(), m, n, k, strided(type, 1, m + 5), strided(type, 1, k + 2), gapped));
      check(MatMul.of(List.of(), m, n, k, strided(type, 0, 1), strided(type, 0, 1), gapped));
      check(MatMul.of(List.of(), m, n, k, strided(type, 1, 0), strided(type, 1, 0), gapped));
    }
  }

  @Test
  void oneColumnMayBeSpread() {
    check(MatMul.of(List.of(), 50, 1, 30, f32(30, 1), f32(1, 1), f32(3, 7)));
    check(MatMul.of(List.of(4L), 50, 1, 30, f32(0, 30, 1), f32(30, 1, 1), f32(200, 4, 1)));
  }

  @Test
  void batches() {
    long[][] sizes = {{3, 4, 5}, {1, 9, 20}, {33, 40, 270}, {160, 130, 70}};
    for (long[] s : sizes) {
      long m = s[0];
      long n = s[1];
      long k = s[2];
      List<Long> batch = List.of(2L, 3L);
      Strided a = f32(3 * m * k, m * k, k, 1);
      Strided b = f32(3 * n * k, n * k, n, 1);
      Strided c = f32(3 * m * n, m * n, n, 1);
      check(MatMul.of(batch, m, n, k, a, b, c));
      check(MatMul.of(batch, m, n, k, a, f32(0, 0, n, 1), c));
      check(MatMul.of(batch, m, n, k, a, f32(0, n * k, 1, k), c));
      check(MatMul.of(batch, m, n, k, f32(0, 0, k, 1), b, c));
      check(MatMul.of(batch, m, n, k, f32(m * k, 0, 1, m), f32(n * k, 0, n, 1), c));
      check(MatMul.of(batch, m, n, k, a, f32(0, 0, n, 1), f32(n, 2 * n, 6 * n, 1)));
      check(
          MatMul.of(
              List.of(9L, 8L, 1L),
              m % 20,
              n % 20,
              k % 20,
              Strided.dense(DType.F32, List.of(9L, 8L, 1L, m % 20, k % 20)),
              Strided.dense(DType.F32, List.of(9L, 8L, 1L, k % 20, n % 20)),
              Strided.dense(DType.F32, List.of(9L, 8L, 1L, m % 20, n % 20))));
    }
  }

  @Test
  void specialValuesOfFloat16() {
    MatMul kernel = product(DType.F16, false, false, 64, 64, 64);
    Buffer[] buffers = operands(kernel);
    short[] specials = {0, 1, 0x3ff, 0x400, 0x7bff, (short) 0x8001, (short) 0xfbff, 0x7c00};
    for (int i = 0; i < 64 * 64; i++) {
      buffers[0].segment().setAtIndex(ValueLayout.JAVA_SHORT, i, specials[i / 64 % 8]);
      set(buffers[1], DType.F16, i, i / 64 == i % 64 ? 1 : 0);
    }
    for (int i = 0; i < 64; i++) {
      set(buffers[1], DType.F16, i * 65L, 1);
    }
    run(kernel, 1, buffers);
    for (int row = 0; row < 7; row++) {
      assertThat(get(buffers[2], DType.F32, row * 64L))
          .isEqualTo(Float.float16ToFloat(specials[row]));
    }
    assertThat(get(buffers[2], DType.F32, 7 * 64L)).isNaN();
    close(buffers);
  }

  @Test
  void sameBitsForAnyNumberOfThreads() {
    for (MatMul kernel :
        List.of(
            product(DType.F32, false, true, 300, 310, 600),
            product(DType.F32, true, false, 3, 900, 600),
            product(DType.BF16, true, false, 500, 20, 600))) {
      Buffer[] buffers = operands(kernel);
      run(kernel, 1, buffers);
      byte[] one = buffers[2].segment().toArray(ValueLayout.JAVA_BYTE);
      for (int threads = 2; threads <= 3; threads++) {
        buffers[2].segment().fill((byte) 0);
        run(kernel, threads, buffers);
        assertThat(buffers[2].segment().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(one);
      }
      close(buffers);
    }
  }

  @Test
  void anElementHasTheSameBitsInAnyShape() {
    MatMul large = product(DType.F32, false, false, 300, 310, 700);
    Buffer[] buffers = operands(large);
    run(large, 2, buffers);
    for (int rows : new int[] {1, 2, 3, 5, 11, 50}) {
      for (int columns : new int[] {1, 3, 20, 310}) {
        MatMul small =
            MatMul.of(List.of(), rows, columns, 700, f32(700, 1), f32(310, 1), f32(columns, 1));
        Buffer c = Buffer.allocate("C", 4L * rows * columns);
        run(small, 2, buffers[0], buffers[1], c);
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            assertThat(get(c, DType.F32, i * columns + j))
                .isEqualTo(get(buffers[2], DType.F32, i * 310L + j));
          }
        }
        c.close();
      }
    }
    close(buffers);
  }

  @Tag("once")
  @Test
  void allocatesNothing() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (MatMul kernel :
        List.of(
            product(DType.F32, false, true, 200, 210, 300),
            product(DType.F16, true, true, 200, 210, 300),
            product(DType.F32, false, false, 5, 210, 300),
            product(DType.BF16, true, false, 200, 30, 300))) {
      Buffer[] buffers = operands(kernel);
      try (Executable executable = executable(kernel, 1)) {
        long bytes = 1;
        for (int round = 0; round < 600 && bytes > 0; round++) {
          long before = threads.getCurrentThreadAllocatedBytes();
          for (int i = 0; i < 10; i++) {
            executable.run(buffers);
          }
          bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(bytes).as(kernel.name()).isZero();
      }
      close(buffers);
    }
  }

  private static MatMul withEpilogue(long m, long n, long k, boolean residual, boolean keep) {
    LoopKernel.Builder body = new LoopKernel.Builder();
    Strided c = f32(n, 1);
    int product = body.load(body.input(c));
    int other = body.load(body.input(residual ? c : f32(0, 1)));
    int sum = body.apply(ScalarOp.ADD, product, other);
    int result = residual ? sum : body.apply(ScalarOp.MAX, sum, body.constant(0));
    body.store(body.output(c), result);
    return new MatMul(
        List.of(), m, n, k, f32(k, 1), f32(n, 1), c, Optional.of(body.build(List.of(m), n)), keep);
  }

  @Test
  void epilogues() {
    long[][] sizes = {{5, 7, 9}, {130, 150, 300}, {1, 500, 70}, {500, 1, 70}, {90, 64, 3}};
    for (long[] s : sizes) {
      for (int variant = 0; variant < 4; variant++) {
        boolean residual = variant % 2 == 0;
        boolean keep = variant / 2 == 0;
        MatMul kernel = withEpilogue(s[0], s[1], s[2], residual, keep);
        Buffer[] buffers = operands(kernel);
        run(kernel, 2, buffers);
        double[][] expected = expected(kernel, buffers[0], buffers[1]);
        for (int i = 0; i < expected[0].length; i++) {
          double other = get(buffers[2], DType.F32, residual ? i : i % s[1]);
          double sum = expected[0][i] + other;
          double result = residual ? sum : Math.max(sum, 0);
          double slack = 2e-6 * (expected[1][i] + 1);
          assertThat(Math.abs(get(buffers[buffers.length - 1], DType.F32, i) - result))
              .isLessThan(slack);
          if (keep) {
            assertThat(Math.abs(get(buffers[3], DType.F32, i) - expected[0][i])).isLessThan(slack);
          }
        }
        close(buffers);
      }
    }
  }
}
