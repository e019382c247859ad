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
          Right.of("inPlace", i -> 2 * A[i]));

  static final List<Wrong> REFUSED =
      List.of(
          new Wrong("fused", "fma"),
          new Wrong("floatBits", "floatToRawIntBits"),
          new Wrong("throwing", "allocates"),
          new Wrong("notANumber", "NaN"),
          new Wrong("hyperbolicOfConstant", "tanh"));

  /**
   * TornadoVM takes these, whatever it makes of them; with the first two it never comes to an end.
   */
  static final List<Wrong> ONLY_HERE =
      List.of(
          new Wrong("objects", "allocates"),
          new Wrong("recursive", "calls itself"),
          new Wrong("staticField", "the field shared"),
          new Wrong("handsOnLocal", "hands a local array to"),
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

  private static boolean isEmulated() {
    return Backends.provider("tornado").devices().getFirst().name().equals("emulator");
  }

  private static Task task(String kernel, ElementType type, Grid grid, List<Object> scalars) {
    Code code = new Code.Template(CatalogueCode.class, kernel, scalars.toArray());
    return new Task(kernel, code, List.of(new ArrayRef(0, type), new ArrayRef(1, type)), grid);
  }

  private static double[] run(Task task, boolean transfer) throws Exception {
    TornadoNativeArray in = array(task.arrays().getFirst().type(), true);
    TornadoNativeArray out = array(task.arrays().getFirst().type(), false);
    TaskGraph graph = new TaskGraph("catalogue");
    if (transfer) {
      graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, in);
    }
    List<Object> arguments = new ArrayList<>();
    arguments.add(KernelFolder.configured().task(KernelWriter.write(task)));
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

  private static int trips(int start) {
    int steps = 0;
    for (int n = start; n != 1; steps++) {
      n = n % 2 == 0 ? n / 2 : 3 * n + 1;
    }
    return steps;
  }
}
