package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.LiveBuffers;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Right calls at the wrong time: the exception names what was misused and what to do instead. */
class MisuseTest {
  private static final int TURNS = 500;
  private static final Tensor X = Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);

  private static AbstractThrowableAssert<?, ?> assertMisuse(ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(IllegalStateException.class);
  }

  private static Tensor ofClosedScope() {
    try (Scope _ = Scope.open()) {
      return X.mul(2);
    }
  }

  // ---------------------------------------------------------------- use after close

  @Test
  void aTensorOfAClosedScope() {
    Tensor dead = ofClosedScope();
    try (Program add = Program.of(x -> x.add(1));
        Program capture = Program.of(x -> x.matmul(dead.transpose()))) {
      for (ThrowingCallable use :
          List.<ThrowingCallable>of(
              () -> dead.add(1),
              dead::toFloatArray,
              dead::toString,
              dead::transpose,
              () -> add.run(dead),
              () -> capture.run(X))) {
        assertMisuse(use).hasMessageContainingAll("mul F32[2, 3]", "'mul'", "closed", "keep()");
      }
    }
  }

  @Test
  void aScopeThatClosesBetweenTwoRunsOfAProgram() {
    Scope scope = Scope.open();
    Tensor captured = X.mul(2);
    try (Program program = Program.of(x -> x.add(captured))) {
      program.run(X);
      scope.close();
      assertMisuse(() -> program.run(X)).hasMessageContainingAll("mul F32[2, 3]", "keep()");
    }
  }

  @Test
  void aClosedVariable() {
    Variable v = Variable.of("weights", X);
    try (Program read = Program.of(x -> x.add(v.value()));
        Program write =
            Program.of(
                x -> {
                  v.assign(x);
                  return x;
                });
        Program early = Program.of(x -> x.mul(v.value()))) {
      early.run(X);
      Tensor before = v.value();
      v.close();
      assertMisuse(v::value).hasMessageContainingAll("value", "'weights' F32[2, 3]", "closed");
      assertMisuse(() -> v.assign(X)).hasMessageContainingAll("assign", "'weights'", "closed");
      assertMisuse(() -> read.run(X)).hasMessageContainingAll("value", "'weights'", "closed");
      assertMisuse(() -> write.run(X)).hasMessageContainingAll("assign", "'weights'", "closed");
      assertMisuse(() -> early.run(X)).hasMessageContainingAll("'weights'", "closed");
      assertMisuse(() -> before.add(1)).hasMessageContainingAll("'weights'", "closed");
      assertMisuse(v::segment).hasMessageContainingAll("'weights'", "closed");
    }
  }

  @Test
  void aProgramClosedBeforeItRunsOrWhileItIsTraced() {
    Program closed = Program.of(x -> x.add(1));
    closed.close();
    assertMisuse(() -> closed.run(X)).hasMessageContainingAll("program", "closed", "make another");

    Program[] self = new Program[1];
    self[0] =
        Program.of(
            x -> {
              self[0].close();
              return x;
            });
    assertMisuse(() -> self[0].run(X)).hasMessageContaining("closed inside its own trace");
    self[0].close();
  }

  // ---------------------------------------------------------------- inside a trace

  @Test
  void numbersAskedForInsideATrace() {
    Variable v = Variable.of("weights", X);
    try (Program item = Program.of(x -> x.mul(x.sum().item()));
        Program variable = Program.of(x -> x.mul(v.value().toFloatArray()[0]));
        Program ints = Program.of(x -> x.mul(x.cast(DType.I32).toIntArray()[0]))) {
      assertMisuse(() -> item.run(X))
          .hasMessageContainingAll("sum F32[]", "argument F32[2, 3]", "symbol", "a result");
      assertMisuse(() -> variable.run(X)).hasMessageContainingAll("'weights'", "symbol");
      assertMisuse(() -> ints.run(X)).hasMessageContainingAll("I32[2, 3]", "symbol");
    }
    v.close();
  }

  @Test
  void tracingInsideATrace() {
    try (Program inner = Program.of(x -> x.add(1));
        Program outer = Program.of(x -> inner.run(x))) {
      assertMisuse(() -> outer.run(X)).hasMessageContaining("call its method there instead");
    }
  }

  @Test
  void symbolsOfAnotherTrace() {
    List<Tensor> leaked = new ArrayList<>();
    Variable v = Variable.of("weights", X);
    RandomStream random = new RandomStream(1);
    try (Program first =
            Program.of(
                x -> {
                  leaked.addAll(List.of(x.mul(3), v.value(), random.normal(x.shape())));
                  return x;
                });
        Program argument = Program.of(x -> x.add(leaked.get(0)));
        Program variable = Program.of(x -> x.add(leaked.get(1)))) {
      first.run(X);
      assertMisuse(() -> argument.run(X))
          .hasMessageContainingAll("argument F32[2, 3]", "another trace", "input");
      assertMisuse(() -> variable.run(X)).hasMessageContainingAll("'weights'", "another trace");
      assertMisuse(() -> v.assign(leaked.get(0)))
          .hasMessageContainingAll("mul F32[2, 3]", "symbol");
      assertMisuse(() -> leaked.get(2).add(1)).hasMessageContainingAll("'random key'", "symbol");
    }
    v.close();
  }

  @Test
  void aStreamDrawnFromInEagerCodeAndInATraceGoesOnWhereItWas() {
    RandomStream mixed = new RandomStream(7);
    RandomStream eager = new RandomStream(7);
    try (Program program = Program.of(x -> x.add(mixed.normal(x.shape())))) {
      for (int i = 0; i < 3; i++) {
        float[] outside = mixed.normal(X.shape()).toFloatArray();
        assertThat(outside).containsExactly(eager.normal(X.shape()).toFloatArray());
        Tensor expected = X.add(eager.normal(X.shape()));
        assertThat(program.run(X).toFloatArray()).containsExactly(expected.toFloatArray());
      }
    }
  }

  // ---------------------------------------------------------------- written in place

  @Test
  void gradientsByAVariableThatWasAssignedMeanwhile() {
    Variable v = Variable.of("weights", X);
    Tensor old = v.value();
    Tensor loss = old.square().sum();
    v.assign(X.mul(2));
    assertMisuse(() -> loss.gradients(List.of(old))).hasMessageContainingAll("'weights'", "anew");
    assertMisuse(() -> loss.gradients(List.of(v.value())))
        .hasMessageContainingAll("gradients", "'weights'", "before");
    Variable other = Variable.of("other", X);
    assertThat(X.sum().gradients(List.of(other.value())).getFirst().toFloatArray())
        .containsOnly(0f);
    v.close();
    other.close();
  }

  @Test
  void aValueCapturedByAProgramAndThenReplaced() {
    Variable v = Variable.of("weights", X);
    Tensor value = v.value();
    try (Program program = Program.of(x -> x.add(value));
        Program maker = Program.of(x -> x.mul(2))) {
      program.run(X);
      v.assign(X.mul(2));
      assertMisuse(() -> program.run(X)).hasMessageContainingAll("'weights'", "copy()");

      Tensor result = maker.run(X);
      try (Program user = Program.of(x -> x.add(result))) {
        user.run(X);
        maker.run(X);
        assertMisuse(() -> user.run(X)).hasMessageContainingAll("'result 0", "copy()");
      }
    }
    v.close();
  }

  @Test
  void resultsOfARunThatFailedAreNotRead() {
    Tensor table = Tensor.of(Shape.of(2, 1), 5, 6);
    try (Program program = Program.of(i -> table.gather(i))) {
      Tensor result = program.run(Tensor.ofInts(Shape.of(1), 1));
      assertThatThrownBy(() -> program.run(Tensor.ofInts(Shape.of(1), 2)))
          .hasMessageContaining("indices[0] is 2");
      assertMisuse(result::toFloatArray).hasMessageContaining("'result 0");
    }
  }

  // ---------------------------------------------------------------- programs and their inputs

  @Test
  void inputsThatTheMethodDoesNotTake() {
    try (Program one = Program.of(x -> x);
        Program two = Program.of((x, y) -> x.add(y));
        Program nothing = Program.ofMany(x -> List.of());
        Program ofNull = Program.of(x -> (Tensor) null)) {
      assertThatThrownBy(() -> one.run(X, X))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("it takes 1, got 2");
      assertThatThrownBy(() -> two.run(X)).hasMessageContaining("it takes 2, got 1");
      assertThatThrownBy(() -> one.run((Tensor) null)).hasMessageContaining("input 0");
      assertMisuse(() -> nothing.run(X)).hasMessageContaining("runAll()");
      assertMisuse(() -> ofNull.run(X)).hasMessageContaining("null as result 0");
    }
  }

  @Test
  void everChangingShapesAreToldOnceAndDoNotPileUp() {
    List<String> said = new ArrayList<>();
    Logger logger = Logger.getLogger(Program.class.getName());
    Handler handler = handler(said);
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try (Program program = Program.of(x -> x.mul(2))) {
      program.run(Tensor.ones(Shape.of(1)));
      Tensor second = program.run(Tensor.ones(Shape.of(2)));
      for (int n = 3; n <= Program.MOST_SIGNATURES; n++) {
        program.run(Tensor.ones(Shape.of(n)));
      }
      assertThat(said).isEmpty();
      program.run(Tensor.ones(Shape.of(1)));
      program.run(Tensor.ones(Shape.of(1, 1)));
      program.run(Tensor.ones(Shape.of(1, 2)));
      assertThat(said).singleElement().asString().contains("64 signatures", "F32[1, 1]", "pad");
      assertThat(program.kernels()).hasSize(Program.MOST_SIGNATURES);
      assertMisuse(second::toFloatArray).hasMessageContainingAll("'result 0", "closed");
      assertThat(program.run(Tensor.ones(Shape.of(2))).toFloatArray()).containsExactly(2, 2);
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
  }

  private static Handler handler(List<String> said) {
    return new Handler() {
      @Override
      public void publish(LogRecord entry) {
        said.add(MessageFormat.format(entry.getMessage(), entry.getParameters()));
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  @Test
  void twoThreadsTakeTurns() throws Exception {
    Variable runs = Variable.zeros("runs", Shape.of(1), DType.I32);
    try (Program program =
            Program.of(
                x -> {
                  runs.assign(runs.value().add(1));
                  return x.matmul(x.transpose());
                });
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Callable<Boolean> work = () -> isRightOrRefused(program);
      List<Future<Boolean>> both = threads.invokeAll(List.of(work, work));
      for (Future<Boolean> one : both) {
        assertThat(one.get()).isTrue();
      }
      assertThat(runs.value().toIntArray()).containsExactly(4 * TURNS);
    }
    runs.close();
  }

  /** Results that another thread overwrote are refused, never read half. */
  private static boolean isRightOrRefused(Program program) {
    float[] expected = X.matmul(X.transpose()).toFloatArray();
    boolean right = true;
    for (int i = 0; i < TURNS; i++) {
      synchronized (program) {
        right &= Arrays.equals(program.run(X).toFloatArray(), expected);
      }
      try {
        right &= Arrays.equals(program.run(X).toFloatArray(), expected);
      } catch (IllegalStateException e) {
        right &= e.getMessage().contains("written anew");
      }
    }
    return right;
  }

  // ---------------------------------------------------------------- sizes

  @Test
  void shapesThatOverflow() {
    long huge = 1L << 40;
    Tensor column = Tensor.ones(Shape.of(huge, 1));
    Tensor row = Tensor.ones(Shape.of(1, huge));
    Tensor index = Tensor.ofInts(Shape.of(2), 0, 1);
    assertAbsurd(() -> Shape.of(huge, huge), "[" + huge + ", " + huge + "]");
    assertAbsurd(() -> Shape.of(huge, huge, 0), "[" + huge + ", " + huge + ", 0]");
    assertAbsurd(() -> Tensor.ones(Shape.of(1L << 62)).add(1), "[" + (1L << 62) + "]");
    assertAbsurd(() -> Variable.zeros("v", Shape.of(1L << 62), DType.F32), "memory");
    assertAbsurd(() -> column.add(row), "add: ");
    assertAbsurd(() -> column.matmul(row), "matmul: ");
    assertAbsurd(() -> X.scatterAdd(index, 1L << 60), "scatterAdd: ");
    assertThatThrownBy(() -> X.reshape(1L << 32, 1L << 32, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reshape: ");
    assertThatThrownBy(() -> Tensor.ones(Shape.of(1L << 31)).toFloatArray())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("toFloatArray: ", "F32[2147483648]", "contiguousSegment()");
  }

  private static void assertAbsurd(ThrowingCallable call, String part) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(part, "more elements than any memory can hold");
  }

  @Test
  void tooLittleMemory() {
    Tensor much = Tensor.ones(Shape.of(1L << 45));
    String bytes = "140,737,488,355,328 bytes";
    assertThatThrownBy(() -> much.mul(2))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessageContainingAll("'mul'", bytes, "live buffers");
    assertThatThrownBy(() -> Variable.zeros("weights", Shape.of(1L << 45), DType.F32))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessageContainingAll("'weights'", bytes);
    // The kernels of single calls are kept for the next ones: count once they are there.
    long live = LiveBuffers.count();
    try (Scope _ = Scope.open();
        Program program = Program.ofMany(x -> List.of(x.get(0).mul(2), much.mul(x.get(0).sum())))) {
      assertThatThrownBy(() -> much.mul(2)).hasMessageContainingAll("'mul'", bytes);
      assertThatThrownBy(() -> program.run(X))
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessageContainingAll("'result 1 of a program'", bytes);
    }
    assertThat(LiveBuffers.count()).isEqualTo(live);
  }
}
