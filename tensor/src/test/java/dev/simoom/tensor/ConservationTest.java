package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.tensor.graph.CompiledGraph;
import dev.simoom.tensor.graph.GraphCompiler;
import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/**
 * A program gives the bits of the same eager code, any number of threads those of one, and the
 * reference backend the same within rounding, variables included: over random programs, each run
 * twice.
 */
class ConservationTest {
  private static final int RUNS = 2;

  /** Results and variables of all runs, eagerly computed. */
  private static List<float[]> eager(RandomProgram program, int length) {
    List<float[]> seen = new ArrayList<>();
    program.reset();
    for (int run = 0; run < RUNS; run++) {
      try (Scope _ = Scope.open()) {
        program
            .run(List.of(program.arguments(run)), length)
            .forEach(t -> seen.add(t.toFloatArray()));
        program.state().forEach(t -> seen.add(t.toFloatArray()));
      }
    }
    return seen;
  }

  /** The same as a program. */
  private static List<float[]> compiled(RandomProgram random, int length) {
    List<float[]> seen = new ArrayList<>();
    random.reset();
    try (Program program = Program.ofMany(inputs -> random.run(inputs, length))) {
      for (int run = 0; run < RUNS; run++) {
        try (Scope _ = Scope.open()) {
          program.runAll(random.arguments(run)).forEach(t -> seen.add(t.toFloatArray()));
          random.state().forEach(t -> seen.add(t.toFloatArray()));
        }
      }
    }
    return seen;
  }

  private static boolean sameBits(List<float[]> a, List<float[]> b) {
    boolean same = a.size() == b.size();
    for (int i = 0; same && i < a.size(); i++) {
      same = Arrays.equals(a.get(i), b.get(i));
    }
    return same;
  }

  /** Fails with the shortest beginning of the program for which something does not hold. */
  private static void check(
      long seed, RandomProgram program, BiPredicate<RandomProgram, Integer> holds) {
    if (failure(program, program.length(), holds).isEmpty()) {
      return;
    }
    int length = 1;
    while (length < program.length() && failure(program, length, holds).isEmpty()) {
      length++;
    }
    fail(
        "seed %d, first %d steps: %s%n%s"
            .formatted(seed, length, failure(program, length, holds), program.describe(length)));
  }

  private static String failure(
      RandomProgram program, int length, BiPredicate<RandomProgram, Integer> holds) {
    try {
      return holds.test(program, length) ? "" : "results differ";
    } catch (RuntimeException e) {
      return e + " at " + List.of(e.getStackTrace()).subList(0, 6);
    }
  }

  private static void forSeeds(int from, int to, BiPredicate<RandomProgram, Integer> holds) {
    for (long seed = from; seed < to; seed++) {
      RandomProgram program = new RandomProgram(seed, from < 300);
      check(seed, program, holds);
      program.close();
    }
  }

  @Test
  void programsGiveTheBitsOfEagerCode() {
    forSeeds(0, 100, (p, length) -> sameBits(eager(p, length), compiled(p, length)));
  }

  @Test
  void threadsDoNotMatter() {
    forSeeds(
        200,
        220,
        (p, length) -> {
          List<float[]> one = Engine.with(Backend.simd(1), () -> compiled(p, length));
          return sameBits(one, Engine.with(Backend.simd(2), () -> compiled(p, length)))
              && sameBits(one, Engine.with(Backend.simd(3), () -> compiled(p, length)))
              && sameBits(one, Engine.with(Backend.simd(3), () -> eager(p, length)));
        });
  }

  @Test
  void theReferenceBackendAgreesWithItself() {
    forSeeds(
        300,
        315,
        (p, length) ->
            Engine.with(
                Backend.reference(), () -> sameBits(eager(p, length), compiled(p, length))));
  }

  /** Runs the launches in an arena that starts with given bytes. */
  private static List<float[]> inArenaOf(byte content, RandomProgram program, int length) {
    program.reset();
    List<float[]> seen = new ArrayList<>();
    try (Trace trace = new Trace();
        Scope _ = Scope.open()) {
      List<Tensor> arguments = List.of(program.arguments(0));
      List<Node> results = new ArrayList<>();
      trace.record(
          () -> {
            List<Tensor> symbols = new ArrayList<>();
            for (Tensor t : arguments) {
              Op argument = new Op.Argument(symbols.size());
              symbols.add(new Tensor(new Node(argument, List.of(), t.shape(), t.dtype())));
            }
            program.run(symbols, length).forEach(t -> results.add(t.node()));
          });
      CompiledGraph graph =
          GraphCompiler.compile(Engine.backend(), results, trace.assigned(), arguments.size());
      Buffer arena = Scope.allocate("arena", graph.arenaBytes());
      arena.segment().fill(content);
      List<Tensor> outputs =
          results.stream().map(n -> Tensor.full(n.shape(), n.dtype(), 0).copy()).toList();
      graph.run(arena, buffers(arguments), buffers(outputs));
      outputs.forEach(t -> seen.add(t.toFloatArray()));
      program.state().forEach(t -> seen.add(t.toFloatArray()));
      graph.close();
    }
    return seen;
  }

  private static Buffer[] buffers(List<Tensor> tensors) {
    return tensors.stream().map(t -> t.stored().storage().buffer()).toArray(Buffer[]::new);
  }

  @Test
  void nothingIsReadFromTheArenaBeforeItIsWritten() {
    byte notNumbers = (byte) 0xff;
    forSeeds(
        400,
        412,
        (p, length) -> sameBits(inArenaOf((byte) 0, p, length), inArenaOf(notNumbers, p, length)));
  }

  @Test
  void theGeneratorReachesEveryKindOfStep() {
    StringBuilder all = new StringBuilder();
    for (long seed = 0; seed < 100; seed++) {
      RandomProgram program = new RandomProgram(seed, true);
      all.append(program.describe(program.length()));
      program.close();
    }
    assertThat(all.toString())
        .contains("product 3", "rows by index", "attention along", "as a whole", "one by one")
        .contains("update 4", "reshape to a row", "expand of", "concat", "where", "taken from");
  }
}
