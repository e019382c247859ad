package dev.simoom.kernels.tornado.library;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseShape;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.TopK;
import dev.simoom.kernels.oracle.Case;
import dev.simoom.kernels.oracle.Oracle;
import dev.simoom.kernels.oracle.Tolerance;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Shapes for which the library kernels go ways that random small ones seldom take. */
class LibraryKernelsTest {
  private static final Tolerance SUM = new Tolerance(1e-4, 1e-5);

  private final SplittableRandom random = new SplittableRandom(7);

  // ---------------------------------------------------------------- products

  @Test
  void largeTilesWithPartsOfTheSum() {
    check(product(65, 66, 520, dense(DType.F32, 65, 520), dense(DType.F32, 520, 66)), SUM);
  }

  @Test
  void largeTilesWhole() {
    check(product(385, 386, 20, dense(DType.F32, 385, 20), dense(DType.F32, 20, 386)), SUM);
  }

  @Test
  void largeTilesOfTransposedHalves() {
    Strided a = new Strided(DType.F16, List.of(1L, 384L));
    Strided b = new Strided(DType.BF16, List.of(1L, 17L));
    check(product(384, 384, 17, a, b), SUM);
  }

  @Test
  void largestTiles() {
    check(
        product(
            12 * 128 - 3, 8 * 128 - 5, 11, dense(DType.F32, 1533, 11), dense(DType.F32, 11, 1019)),
        SUM);
  }

  @Test
  void partsOfTheSumMeetInTheEpilogue() {
    Strided c = dense(DType.F32, 3, 50);
    LoopKernel.Builder in = new LoopKernel.Builder();
    int x = in.load(in.input(c));
    int bias = in.load(in.input(new Strided(DType.F32, List.of(0L, 1L))));
    in.store(in.output(c), in.apply(ScalarOp.MAX, in.apply(ScalarOp.ADD, x, bias), in.constant(0)));
    MatMul kernel =
        new MatMul(
            List.of(),
            3,
            50,
            600,
            dense(DType.F32, 3, 600),
            dense(DType.F32, 600, 50),
            c,
            Optional.of(in.build(List.of(3L), 50)),
            false);
    check(kernel, SUM);
  }

  private static MatMul product(long m, long n, long k, Strided a, Strided b) {
    return MatMul.of(List.of(), m, n, k, a, b, dense(DType.F32, m, n));
  }

  // ---------------------------------------------------------------- attention

  @Test
  void headsLargerThanABlock() {
    attend(3, 7, 1100, false);
    attend(9, 5, 300, true);
  }

  @Test
  void oneQueryOfManyKeys() {
    attend(1, 1500, 8, true);
  }

  @Test
  void manyQueriesOfFewKeys() {
    attend(140, 3, 33, true);
  }

  private void attend(long queries, long keys, long head, boolean causal) {
    Strided forQueries = dense(DType.F32, queries, head);
    Strided forKeys = dense(DType.F32, keys, head);
    float scale = (float) (1 / Math.sqrt(head));
    Attention kernel =
        new Attention(
            List.of(),
            queries,
            keys,
            head,
            causal,
            scale,
            forQueries,
            forKeys,
            forKeys,
            forQueries);
    check(kernel, new Tolerance(5e-6, 0), new Tolerance(1e-5, 1e-6));
    Tolerance gradient = new Tolerance(2e-5, 1e-5);
    check(
        new AttentionGradient(kernel, forQueries, forQueries, forKeys, forKeys),
        gradient,
        gradient,
        gradient);
  }

  // ---------------------------------------------------------------- selection and indices

  @Test
  void manyOfARowAreSorted() {
    double[] values = numbers(3 * 301);
    Arrays.setAll(values, i -> i % 5 == 0 ? Math.rint(3 * values[i]) : values[i]);
    Arrays.fill(values, 20, 30, Double.NaN);
    Arrays.fill(values, 400, 410, -0.0);
    TopK kernel = new TopK(3, 300, 257, 301);
    double[] read = Arrays.copyOf(values, 902);
    run(new Case(kernel, List.of(read), Tolerance.EXACT, Tolerance.EXACT));
  }

  @Test
  void termsOfManyBlocks() {
    check(new ScatterAdd(1500, 3, 5, 7, true), new Tolerance(1e-3, 1e-5));
    check(new ScatterAdd(40, 2, 70, 300, false), SUM);
  }

  @Test
  void itemsOfFourColumns() {
    check(new SparseDecode(new SparseShape(8200, 2, 5, 30)), SUM);
    check(new ScatterAdd(2100, 1, 8200, 30, true), new Tolerance(1e-3, 1e-5));
  }

  @Test
  void transposedCopies() {
    for (DType type : List.of(DType.F32, DType.I32, DType.BF16)) {
      move(type, List.of(40L, 37L), List.of(1L, 41L));
      move(type, List.of(3L, 35L, 2L, 33L), List.of(40_000L, 1L, 3000L, 36L));
    }
  }

  @Test
  void copiesOfManyDimensions() {
    move(DType.F16, List.of(2L, 3L, 2L, 3L, 2L, 3L), List.of(1L, 2L, 6L, 12L, 36L, 72L));
  }

  private void move(DType type, List<Long> extents, List<Long> source) {
    Strided from = new Strided(type, source);
    check(new Copy(extents, from, Strided.dense(type, extents)), Tolerance.EXACT);
  }

  @Test
  void anIndexOutsideItsTableThatTheDeviceMadeIsFound() {
    Copy copy = new Copy(List.of(300L), flat(DType.I32), flat(DType.I32));
    Gather gather = new Gather(300, 10, 5, DType.F32);
    List<Launch> launches =
        List.of(
            new Launch(copy, List.of(new Operand(0, 0), new Operand(1, 0))),
            new Launch(gather, List.of(new Operand(1, 0), new Operand(2, 0), new Operand(3, 0))));
    try (Buffer indices = Buffer.allocate("indices", 1200);
        Buffer copied = Buffer.allocate("copied", 1200);
        Buffer table = Buffer.allocate("table", 200);
        Buffer out = Buffer.allocate("out", 6000);
        Executable executable = Backend.of("tornado", 0).compile(launches)) {
      indices.segment().setAtIndex(ValueLayout.JAVA_INT, 299, -1);
      indices.segment().setAtIndex(ValueLayout.JAVA_INT, 270, 10);
      assertThatThrownBy(() -> executable.run(indices, copied, table, out))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("indices[270] is 10, outside a table of 10 rows");
    }
  }

  @Test
  void anIndexThatTheHostChangesIsLookedAtAgain() {
    Launch gather =
        new Launch(
            new Gather(300, 10, 5, DType.F32),
            List.of(new Operand(0, 0), new Operand(1, 0), new Operand(2, 0)));
    try (Buffer indices = Buffer.allocate("indices", 1200);
        Buffer table = Buffer.allocate("table", 200);
        Buffer out = Buffer.allocate("out", 6000);
        Executable executable = Backend.of("tornado", 0).compile(List.of(gather))) {
      executable.run(indices, table, out);
      for (int wrong : new int[] {-1, 10}) {
        indices.segment().setAtIndex(ValueLayout.JAVA_INT, 299, wrong);
        for (int run = 0; run < 2; run++) {
          assertThatThrownBy(() -> executable.run(indices, table, out))
              .isInstanceOf(IndexOutOfBoundsException.class)
              .hasMessageContaining("indices[299] is " + wrong);
        }
      }
      indices.segment().setAtIndex(ValueLayout.JAVA_INT, 299, 9);
      executable.run(indices, table, out);
    }
  }

  // ---------------------------------------------------------------- data

  private static Strided dense(DType type, long rows, long columns) {
    return Strided.dense(type, List.of(rows, columns));
  }

  private static Strided flat(DType type) {
    return new Strided(type, List.of(1L));
  }

  private void check(Kernel kernel, Tolerance... tolerances) {
    List<double[]> inputs = new ArrayList<>();
    for (Port port : kernel.ports()) {
      if (!port.output()) {
        double[] data = numbers(port.elements());
        switch (port.name()) {
          case "indices" -> Arrays.setAll(data, i -> random.nextInt(5));
          case "logSumExp" -> Arrays.fill(data, 2);
          default -> {
            if (port.type() == DType.I32) {
              Arrays.setAll(data, i -> random.nextInt());
            }
          }
        }
        inputs.add(data);
      }
    }
    run(new Case(kernel, inputs, tolerances));
  }

  private double[] numbers(long count) {
    return random.doubles(count, -1, 1).toArray();
  }

  private static void run(Case subject) {
    Oracle.check(subject, 3, Backend.of("tornado", 0));
  }
}
