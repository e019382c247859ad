package dev.simoom.kernels.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.simoom.kernels.Backends;
import dev.simoom.kernels.tornado.codegen.KernelFolder;
import dev.simoom.kernels.tornado.codegen.KernelWriter;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.common.TornadoFunctions;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Holds the emulator to the truth: the same small kernels have the same results, or are refused,
 * here and with {@code -Ptornado} on a real TornadoVM. What compiles and is wrong has no results
 * there that could be compared; only the emulator can find it.
 */
class CatalogueTest {
  private static final int ITEMS = 128;
  private static final Grid GRID = Grid.of(4, 32);
  private static final double[] A =
      IntStream.range(0, ITEMS).mapToDouble(i -> (i * 37 % 128) / 128.0).toArray();

  private static final double[] WHOLE =
      IntStream.range(0, ITEMS).mapToDouble(i -> i * 7919 % 1000).toArray();

  /** A kernel and what it makes of its input. */
  record Right(
      String kernel,
      ElementType type,
      Grid grid,
      List<Object> scalars,
      IntToDoubleFunction expected) {
    static Right of(String kernel, IntToDoubleFunction expected) {
      return new Right(kernel, ElementType.FLOAT, GRID, List.of(), expected);
    }

    static Right ofInts(String kernel, IntToDoubleFunction expected) {
      return new Right(kernel, ElementType.INT, GRID, List.of(), expected);
    }

    @Override
    public String toString() {
      return kernel;
    }
  }

  /** A kernel and what the complaint about it mentions. */
  record Wrong(String kernel, String complaint) {
    @Override
    public String toString() {
      return kernel;
    }
  }

  static final List<Right> RIGHT =
      List.of(
          Right.of("sum", i -> A[i] + A[127 - i]),
          new Right(
              "scalar", ElementType.FLOAT, GRID, List.of(5, 2.5f), i -> 2.5 * A[(i + 5) % 128]),
          Right.of("groupSum", i -> Arrays.stream(A, i / 32 * 32, i / 32 * 32 + 32).sum()),
          Right.of("reversedInGroup", i -> A[i / 32 * 32 + 31 - i % 32]),
          new Right(
              "plane",
              ElementType.FLOAT,
              new Grid(2, 4, 8, 2),
              List.of(),
              i -> A[i] + 1000 * (i / 32) + 100 * (i % 16 / 8) + 10 * (i / 16 % 2) + i % 8),
          Right.ofInts("bits", CatalogueTest::bits),
          Right.ofInts("wide", CatalogueTest::wide),
          new Right("narrow", ElementType.SHORT, GRID, List.of(), i -> (short) (WHOLE[i] * 3 - 7)),
          Right.of("functions", i -> functions(A[i])),
          Right.ofInts("trips", i -> trips(27 + i) + WHOLE[0]),
          Right.of("helpers", i -> (A[i] > 0.5 ? A[i] * A[i] : -A[i]) + 4),
          Right.of("ownArray", i -> A[i] - A[(i + 1) % 128] + A[(i + 2) % 128] * A[(i + 3) % 128]),
          Right.ofInts("prefixSum", i -> Arrays.stream(WHOLE, i / 32 * 32, i + 1).sum()),
          Right.of("twoLocals", i -> A[i / 32 * 32 + (i + 1) % 32] + 1 + 2 * A[i / 32 * 32]),
          Right.of("comparisons", i -> Math.max(Math.min(A[i], 0.75), Math.abs(A[i] - 0.5))),
          Right.of("inPlace", i -> 2 * A[i]),
          Right.ofInts("shiftedWithSign", i -> (int) WHOLE[i] - 500 >> 3),
          Right.ofInts("longShift", i -> (int) ((long) WHOLE[i] * -1000000007L >> 40)),
          Right.of("notLess", i -> bitsOfComparisons(Math.sqrt(A[i] - 0.5))),
          Right.of("loopsWhileNotLess", i -> trips(Math.sqrt(A[i] - 0.5))),
          Right.of("withNumber", i -> A[i] < 0.5 ? -6 : 3 * Math.sqrt(A[i] - 0.5)),
          Right.of("localInLoop", i -> sumOfColumn(31 - i % 32)),
          Right.of("madeByHelper", i -> A[i / 32 * 32 + 31 - i % 32]),
          Right.of("returnsEarly", i -> i < 64 ? A[i / 32 * 32 + 31 - i % 32] : -1));

  static final List<Wrong> REFUSED =
      List.of(
          new Wrong("fused", "fma"),
          new Wrong("floatBits", "floatToRawIntBits"),
          new Wrong("throwing", "allocates"),
          new Wrong("notANumber", "NaN"),
          new Wrong("hyperbolicOfConstant", "tanh"),
          new Wrong("absoluteInt", "Math.abs of an integer"),
          new Wrong("remainder", "remainder of floats"),
          new Wrong("chosen", "chooses between arrays"),
          new Wrong("nullFirst", "null"),
          new Wrong("sizedAtRunTime", "a local array whose size is not constant"),
          new Wrong("ownSizedAtRunTime", "an array whose size is not constant"),
          new Wrong("callsLarge", "operations"));

  /**
   * TornadoVM takes these, whatever it makes of them; with the first two it never comes to an end.
   */
  static final List<Wrong> ONLY_HERE =
      List.of(
          new Wrong("objects", "allocates"),
          new Wrong("recursive", "calls itself"),
          new Wrong("staticField", "the field shared"),
          new Wrong("handsOnLocal", "hands a local array to"),
          new Wrong("lengthOfLocal", "asks a local array for its length"),
          new Wrong("readsBeyond", "array 0 of 128 elements is read at 128 by item 31 of group 3"),
          new Wrong("writesBefore", "array 1 of 128 elements is written at -1"),
          new Wrong("localBeyond", "a local array of 16 elements is accessed at 16"),
          new Wrong("meetInGroup", "item 1 of group 0 meets item 0 of group 0 in element 0"),
          new Wrong("meetAcrossGroups", "item 0 of group 1 meets item 0 of group 0 in element 0"),
          new Wrong("readsNeighbour", "in element 1 of array 1"),
          new Wrong("noBarrier", "of a local array, one of them writing"),
          new Wrong("barrierForSome", "16 of 32 work items of group 0 end"));

  @ParameterizedTest
  @FieldSource("RIGHT")
  void rightKernelsAreRunRight(Right right) throws Exception {
    Task task = task(right.kernel, right.type, right.grid, right.scalars);
    double[] result = run(task, true);
    for (int i = 0; i < ITEMS; i++) {
      assertThat(result[i])
          .as("element %d", i)
          .isCloseTo(right.expected.applyAsDouble(i), within(2e-5));
    }
  }

  @ParameterizedTest
  @FieldSource("REFUSED")
  void whatCannotBeCompiledIsRefused(Wrong wrong) {
    var complaint =
        assertThatThrownBy(() -> run(task(wrong.kernel, ElementType.FLOAT, GRID, List.of()), true));
    if (isEmulated()) {
      complaint.hasMessageContaining(wrong.complaint).hasMessageContaining(wrong.kernel);
    }
  }

  /** The name of the kernel is one of OpenCL C's vector types. */
  static final class NamedAsVector implements TornadoFunctions.Task3<Object, Object, Object> {
    @Override
    public void apply(Object context, Object a, Object out) {
      CatalogueCode.float4((KernelContext) context, (FloatArray) a, (FloatArray) out);
    }
  }

  /** The compiler adds a second apply, which takes objects. */
  static final class WithBridge
      implements TornadoFunctions.Task3<KernelContext, FloatArray, FloatArray> {
    @Override
    public void apply(KernelContext context, FloatArray a, FloatArray out) {
      CatalogueCode.sum(context, a, out);
    }
  }

  static final List<Object> TASKS_REFUSED = List.of(new NamedAsVector(), new WithBridge());

  @ParameterizedTest
  @FieldSource("TASKS_REFUSED")
  void tasksThatCannotBeCompiledAreRefused(Object code) {
    Task like = task("sum", ElementType.FLOAT, GRID, List.of());
    assertThatThrownBy(() -> run(like, code, true)).isInstanceOf(Throwable.class);
  }

  @ParameterizedTest
  @FieldSource("ONLY_HERE")
  void whatIsWrongIsFound(Wrong wrong) {
    assumeTrue(isEmulated());
    assertThatThrownBy(() -> run(task(wrong.kernel, ElementType.FLOAT, GRID, List.of()), true))
        .hasMessageContaining(wrong.complaint)
        .hasMessageContaining(wrong.kernel);
  }

  @Test
  void memoryThatNobodyFilledHoldsNothingUseful() throws Exception {
    assumeTrue(isEmulated());
    assertThat(run(task("sum", ElementType.FLOAT, GRID, List.of()), false))
        .containsOnly(Double.NaN);
  }

  @Test
  void arraysOfItemsAreNotCleared() throws Exception {
    assumeTrue(isEmulated());
    double[] result = run(task("ownUnfilled", ElementType.FLOAT, GRID, List.of()), true);
    for (int i = 0; i < ITEMS; i++) {
      assertThat(result[i]).isEqualTo(Double.valueOf(i % 2 == 0 ? A[i] : Double.NaN));
    }
  }

  @Test
  void integersOfLargeFloatsAreNotClamped() throws Exception {
    assumeTrue(isEmulated());
    double[] result = run(task("tooLarge", ElementType.FLOAT, GRID, List.of()), true);
    for (int i = 0; i < ITEMS; i++) {
      double real = A[i] * 1e10;
      assertThat(result[i]).isEqualTo(real < 0x1p31 ? Math.floor(real / 0x1p26) : -32);
    }
  }

  private static boolean isEmulated() {
    return Backends.provider("tornado").devices().getFirst().name().equals("emulator");
  }

  private static Task task(String kernel, ElementType type, Grid grid, List<Object> scalars) {
    Code code = new Code.Template(CatalogueCode.class, kernel, scalars.toArray());
    return new Task(kernel, code, List.of(new ArrayRef(0, type), new ArrayRef(1, type)), grid);
  }

  private static double[] run(Task task, boolean transfer) throws Exception {
    return run(task, KernelFolder.configured().task(KernelWriter.write(task)), transfer);
  }

  private static double[] run(Task task, Object code, boolean transfer) throws Exception {
    TornadoNativeArray in = array(task.arrays().getFirst().type(), true);
    TornadoNativeArray out = array(task.arrays().getFirst().type(), false);
    TaskGraph graph = new TaskGraph("catalogue");
    if (transfer) {
      graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, in);
    }
    List<Object> arguments = new ArrayList<>();
    arguments.add(code);
    arguments.addAll(List.of(new KernelContext(), in, out));
    Graphs.add(graph, "task", task, arguments);
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    Grid grid = task.grid();
    WorkerGrid2D workers =
        new WorkerGrid2D(grid.groupsX() * grid.localX(), grid.groupsY() * grid.localY());
    workers.setLocalWork(grid.localX(), grid.localY(), 1);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withGridScheduler(new GridScheduler("catalogue.task", workers)).execute();
    }
    return numbers(out);
  }

  private static TornadoNativeArray array(ElementType type, boolean filled) {
    switch (type) {
      case FLOAT -> {
        FloatArray array = new FloatArray(ITEMS);
        for (int i = 0; i < ITEMS && filled; i++) {
          array.set(i, (float) A[i]);
        }
        return array;
      }
      case INT -> {
        IntArray array = new IntArray(ITEMS);
        for (int i = 0; i < ITEMS && filled; i++) {
          array.set(i, (int) WHOLE[i]);
        }
        return array;
      }
      default -> {
        ShortArray array = new ShortArray(ITEMS);
        for (int i = 0; i < ITEMS && filled; i++) {
          array.set(i, (short) WHOLE[i]);
        }
        return array;
      }
    }
  }

  private static double[] numbers(TornadoNativeArray array) {
    double[] numbers = new double[ITEMS];
    for (int i = 0; i < ITEMS; i++) {
      numbers[i] =
          switch (array) {
            case FloatArray floats -> floats.get(i);
            case IntArray ints -> ints.get(i);
            case ShortArray shorts -> shorts.get(i);
            default -> throw new IllegalStateException("no such array: " + array);
          };
    }
    return numbers;
  }

  private static double bits(int i) {
    int x = (int) WHOLE[i];
    return (x ^ x >>> 3) + (x << 5 & 0xff0) - x / 7 + x % 5;
  }

  private static double wide(int i) {
    long product = 0xD2511F53L * (long) WHOLE[i];
    return (int) (product >>> 32) ^ (int) product;
  }

  private static double functions(double x) {
    double y = Math.exp(-x) + Math.sqrt(x) + Math.tanh(x);
    return y + Math.log(1 + x) + Math.sin(x) * Math.cos(x);
  }

  /** To TornadoVM a NaN is neither less nor more, and so it is not less and not more as well. */
  private static double bitsOfComparisons(double root) {
    double least = root < 0.25 ? 0 : 1;
    double most = root > 0.25 ? 0 : 2;
    return least + most + (root > 0.25 ? 4 : 0) + (root < 0.25 ? 8 : 0);
  }

  private static int trips(double root) {
    int steps = 0;
    for (double rest = root; steps < 5 && !(rest < 0); rest -= 0.25) {
      steps++;
    }
    return steps;
  }

  private static double sumOfColumn(int column) {
    return A[column] + A[32 + column] + A[64 + column] + A[96 + column];
  }

  private static int trips(int start) {
    int steps = 0;
    for (int n = start; n != 1; steps++) {
      n = n % 2 == 0 ? n / 2 : 3 * n + 1;
    }
    return steps;
  }
}
