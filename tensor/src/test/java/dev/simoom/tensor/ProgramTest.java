package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.LiveBuffers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a program promises beyond right numbers. */
class ProgramTest {
  private static final Tensor X = Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);

  @Test
  void oneTraceForEachSignature() {
    AtomicInteger traces = new AtomicInteger();
    try (Program program =
        Program.of(
            x -> {
              traces.incrementAndGet();
              return x.mul(2).cast(DType.F32);
            })) {
      program.run(X);
      program.run(X.add(1));
      program.run(X.transpose());
      program.run(X.cast(DType.I32));
      Engine.with(Backend.reference(), () -> program.run(X));
      Engine.with(Backend.reference(), () -> program.run(X));
      program.prepare(X.cast(DType.I32));
    }
    assertThat(traces).hasValue(4);
  }

  @Test
  void everythingIsFreedOnClosing() {
    X.add(1).sum();
    long before = LiveBuffers.count();
    Variable v = Variable.of("v", X);
    RandomStream random = new RandomStream(1);
    try (Program program =
        Program.of(x -> x.add(random.normal(x.shape())).matmul(v.value().transpose()))) {
      Tensor result = program.run(v.value());
      assertThat(result.shape()).isEqualTo(Shape.of(2, 2));
    }
    v.close();
    assertThat(LiveBuffers.count()).isEqualTo(before);
  }

  @Test
  void aFailedTraceFreesWhatItHad() {
    long before = LiveBuffers.count();
    RandomStream random = new RandomStream(1);
    try (Program program = Program.of(x -> random.normal(Shape.of(3)).matmul(x))) {
      assertThatThrownBy(() -> program.run(X)).hasMessageContaining("matmul");
      assertThatThrownBy(() -> program.run(X)).hasMessageContaining("matmul");
    }
    assertThat(LiveBuffers.count()).isEqualTo(before);
  }

  @Test
  void tellsWhatPreparingTookAndPlanned() {
    try (Program program = Program.of(x -> x.matmul(x.transpose()).matmul(x))) {
      assertThat(program.preparations()).isEmpty();
      assertThat(program.arenaBytes()).isZero();
      long start = System.nanoTime();
      program.run(X);
      long nanos = System.nanoTime() - start;
      Program.Preparation one = program.preparations().getFirst();
      assertThat(List.of(one.tracing(), one.fusing(), one.generating())).allMatch(n -> n > 0);
      assertThat(one.tracing() + one.fusing() + one.generating()).isLessThanOrEqualTo(nanos);
      assertThat(program.arenaBytes()).isEqualTo(64);
      program.run(X);
      assertThat(program.preparations()).hasSize(1);
    }
  }

  @Test
  void useAfterClosing() {
    Program program = Program.of(x -> x.add(1));
    Tensor result = program.run(X);
    program.close();
    assertThatThrownBy(() -> program.run(X))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(result::toFloatArray)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("result 0");
  }

  @Test
  void resultsAreValidUntilTheNextRun() {
    try (Program program = Program.of(x -> x.add(1))) {
      Tensor first = program.run(X);
      assertThat(first.toFloatArray()).containsExactly(2, 3, 4, 5, 6, 7);
      Tensor kept = first.copy();
      Tensor view = first.transpose();
      program.run(X.mul(2));
      assertThat(kept.toFloatArray()).containsExactly(2, 3, 4, 5, 6, 7);
      for (Tensor stale : List.of(first, view)) {
        assertThatThrownBy(stale::toFloatArray)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("result 0")
            .hasMessageContaining("copy()");
      }
    }
  }

  @Test
  void aResultMayBeTheNextInput() {
    try (Program program =
        Program.ofMany(x -> List.of(x.get(0).add(1), x.get(0).sum(0), x.get(0).mul(2)))) {
      List<Tensor> results = program.runAll(X);
      for (int i = 0; i < 3; i++) {
        results = program.runAll(results.getFirst());
      }
      assertThat(results.get(0).toFloatArray()).containsExactly(5, 6, 7, 8, 9, 10);
      assertThat(results.get(1).toFloatArray()).containsExactly(11, 13, 15);
      assertThat(results.get(2).toFloatArray()).containsExactly(8, 10, 12, 14, 16, 18);
    }
  }

  @Test
  void aVariableMayBeTheInput() {
    Variable v = Variable.of("v", X);
    try (Program program =
        Program.of(
            x -> {
              v.assign(v.value().mul(10));
              return x.sub(x.matmul(x.transpose()).sum());
            })) {
      float[] expected = X.sub(X.matmul(X.transpose()).sum()).toFloatArray();
      assertThat(program.run(v.value()).toFloatArray()).containsExactly(expected);
      assertThat(v.value().toFloatArray()).containsExactly(10, 20, 30, 40, 50, 60);
    }
    v.close();
  }

  @Test
  void nestedTracesAreRefused() {
    try (Program inner = Program.of(x -> x.add(1));
        Program outer = Program.of(x -> inner.run(x))) {
      assertThatThrownBy(() -> outer.run(X))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("inside the trace");
      assertThat(inner.run(X).toFloatArray()).hasSize(6);
    }
  }

  @Test
  void symbolsHaveNoNumbers() {
    List<Tensor> leaked = new ArrayList<>();
    try (Program program =
        Program.of(
            x -> {
              leaked.add(x.mul(2));
              assertThatThrownBy(x::toFloatArray)
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("symbol");
              assertThat(x.toString()).contains("symbolic").contains("[2, 3]");
              return x;
            })) {
      assertThat(program.run(X).toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
    }
    assertThatThrownBy(() -> leaked.getFirst().add(X))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("F32[2, 3]")
        .hasMessageContaining("symbol");
  }

  @Test
  void dataOfTheTraceIsPartOfTheProgram() {
    Tensor outside = Tensor.of(1, 2, 3);
    try (Program program = Program.of(x -> x.mul(Tensor.of(1, 0, 1)).add(outside))) {
      assertThat(program.run(X).toFloatArray()).containsExactly(2, 2, 6, 5, 2, 9);
      assertThat(program.run(X).toFloatArray()).containsExactly(2, 2, 6, 5, 2, 9);
    }
  }

  @Test
  void everyRunDrawsTheNumbersThatEagerCodeWould() {
    RandomStream eager = new RandomStream(5);
    RandomStream traced = new RandomStream(5);
    try (Program program =
        Program.of(x -> x.add(traced.uniform(x.shape())).mul(traced.normal(x.shape())))) {
      for (int i = 0; i < 3; i++) {
        Tensor expected = X.add(eager.uniform(X.shape())).mul(eager.normal(X.shape()));
        assertThat(program.run(X).toFloatArray()).containsExactly(expected.toFloatArray());
      }
    }
    assertThat(traced.counter()).isEqualTo(eager.counter());
  }

  @Test
  void arithmeticOnConstantsAndByOneIsLeftOut() {
    try (Program program =
        Program.of(
            x -> {
              Tensor c = Tensor.full(x.shape(), 0.1).mul(3).add(0.7).div(0.3).sub(1e-9).neg();
              return x.mul(1).div(1).mul(Tensor.ones(x.shape())).add(c);
            })) {
      float c = -((0.1f * 3f + 0.7f) / 0.3f - 1e-9f);
      float[] got = program.run(X).toFloatArray();
      for (int i = 0; i < got.length; i++) {
        assertThat(got[i]).isEqualTo(i + 1 + c);
      }
      assertThat(program.graphs().getFirst().launches()).hasSize(1);
      assertThat(program.graphs().getFirst().launches().getFirst().kernel().flops()).isEqualTo(6);
    }
    float[] awkward = {-0f, 0f, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE, -3e38f};
    Tensor y = Tensor.of(awkward);
    try (Program program = Program.of(x -> x.mul(1).div(1))) {
      assertThat(Bits.of(program.run(y))).containsExactly(Bits.of(y));
      assertThat(Bits.of(y.mul(1).div(1))).containsExactly(Bits.of(y));
    }
  }

  @Test
  void explanation() {
    Variable w = Variable.of("w", Tensor.ones(Shape.of(3, 4)));
    try (Program program =
        Program.of(
            x -> {
              Tensor y = x.matmul(w.value()).add(1).relu();
              w.assign(w.value().mul(0.5).add(y.sum(0)));
              return y.softmax(-1);
            })) {
      assertThat(program.explain()).isEqualTo("not traced yet");
      program.run(X);
      assertThat(program.explain()).isEqualToNormalizingNewlines(EXPLANATION);
    }
    w.close();
  }

  private static final String EXPLANATION =
      """
      Inputs F32[2, 3] on simd, 3 kernels: number, name, operations fused into it -> values it writes
         0  matmul 2x4x3                     product
                                              -> %3 F32[2, 4] to arena
         1  loop-rows-columns 2x4 (7 ops)    add le where max sub exp sum div mul sum
                                              -> %13 F32[2, 4] to result 0; %14 F32[4] to arena
         2  loop 3x4 (2 ops)                 mul add
                                              -> %17 F32[3, 4] to variable 'w', in place
      Memory: 128 bytes for 2 intermediates, which take 128 bytes together
        bytes 0 to 64, from step 0 to 1: %3 F32[2, 4]
        bytes 64 to 128, from step 1 to 2: %14 F32[4]
      """;
}
