package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.LiveBuffers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who owns memory, and until when. */
class ScopeTest {
  private static Tensor work(Tensor x) {
    return x.transpose().matmul(x).softmax(0).reshape(-1).topK(3).values();
  }

  @Test
  void aScopeFreesAllThatWasMadeInIt() {
    Tensor x = Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    Tensor before = work(x);
    long live = LiveBuffers.count();
    Tensor inside;
    try (Scope _ = Scope.open()) {
      inside = work(x);
      assertThat(LiveBuffers.count()).isGreaterThan(live);
      assertThat(inside.toFloatArray()).containsExactly(before.toFloatArray());
    }
    assertThat(LiveBuffers.count()).isEqualTo(live);
    assertThatThrownBy(inside::toFloatArray)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("selectTop")
        .hasMessageContaining("closed");
  }

  @Test
  void keptTensorsGoToTheScopeAround() {
    long live;
    try (Scope _ = Scope.open()) {
      Tensor x = Tensor.of(1, 2, 3);
      x.mul(2);
      live = LiveBuffers.count();
      Tensor kept;
      try (Scope inner = Scope.open()) {
        kept = inner.keep(x.mul(2), x);
      }
      assertThat(kept.toFloatArray()).containsExactly(2, 4, 6);
      assertThat(x.toFloatArray()).containsExactly(1, 2, 3);
      assertThat(LiveBuffers.count()).isEqualTo(live + 1);
    }
    assertThat(LiveBuffers.count()).isEqualTo(live - 2);
  }

  @Test
  void keptTensorsOfTheOutermostScopeLiveOn() {
    Tensor.of(Shape.of(2, 2), 1, 2, 3, 4).mul(2);
    long live = LiveBuffers.count();
    Tensor kept;
    Tensor view;
    Tensor constant;
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(Shape.of(2, 2), 1, 2, 3, 4);
      view = x.transpose().slice(0, 1, 2);
      kept = x.mul(2);
      constant = Tensor.ones(Shape.of(2));
      Tensor same = scope.keep(kept, view, constant);
      assertThat(same).isSameAs(kept);
    }
    assertThat(LiveBuffers.count()).isEqualTo(live);
    assertThat(kept.toFloatArray()).containsExactly(2, 4, 6, 8);
    assertThat(view.toFloatArray()).containsExactly(2, 4);
    assertThat(constant.toFloatArray()).containsExactly(1, 1);
  }

  @Test
  void constantsOutliveTheScopeThatLookedAtThem() {
    Tensor zeros = Tensor.zeros(Shape.of(2));
    Tensor rows = zeros.expand(Shape.of(2, 2));
    try (Scope _ = Scope.open()) {
      assertThat(zeros.toFloatArray()).containsExactly(0, 0);
      assertThat(rows.toFloatArray()).containsExactly(0, 0, 0, 0);
    }
    assertThat(zeros.add(1).toFloatArray()).containsExactly(1, 1);
    assertThat(rows.toFloatArray()).containsExactly(0, 0, 0, 0);
    assertThat(zeros.toString()).isEqualTo("[0. 0.]");
  }

  @Test
  void scopesCloseFromTheInside() {
    Scope outer = Scope.open();
    Scope inner = Scope.open();
    assertThatThrownBy(outer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("before the one opened inside it");
    inner.close();
    inner.close();
    outer.close();
    outer.close();
  }

  @Test
  void readsOfAReplacedVariableAreStale() {
    try (Variable v = Variable.of("weights", Tensor.of(1, 2))) {
      Tensor old = v.value();
      Tensor view = old.reshape(2, 1);
      Tensor copy = old.copy();
      assertThat(v.value().toFloatArray()).containsExactly(1, 2);
      v.assign(Tensor.of(3, 4));
      for (Tensor stale : List.of(old, view)) {
        assertThatThrownBy(() -> stale.add(1))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("weights")
            .hasMessageContaining("copy()");
        assertThatThrownBy(stale::toFloatArray).isInstanceOf(IllegalStateException.class);
      }
      assertThat(copy.toFloatArray()).containsExactly(1, 2);
      assertThat(v.value().toFloatArray()).containsExactly(3, 4);
    }
  }

  @Test
  void aVariableTakesViewsOfItself() {
    try (Variable v = Variable.of("v", Tensor.of(Shape.of(2, 2), 1, 2, 3, 4))) {
      v.assign(v.value().transpose());
      assertThat(v.value().toFloatArray()).containsExactly(1, 3, 2, 4);
      assertThatThrownBy(() -> v.assign(Tensor.of(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("'v'", "F32[2, 2]", "F32[1]");
    }
  }

  @Test
  void flatVariablesShareMemoryWithTheirParts() {
    long live = LiveBuffers.count();
    Variable a = Variable.of("a", Tensor.of(1, 2));
    Variable b = Variable.of("b", Tensor.of(Shape.of(1, 1), 3));
    Variable flat = Variable.flatten("flat", List.of(a, b));
    flat.assign(flat.value().mul(2));
    assertThat(a.value().toFloatArray()).containsExactly(2, 4);
    b.assign(Tensor.of(Shape.of(1, 1), 9));
    assertThat(flat.value().toFloatArray()).containsExactly(2, 4, 9);
    Variable alone = Variable.flatten("alone", List.of(a));
    assertThat(flat.value().toFloatArray()).containsExactly(2, 4, 9);
    Variable again = Variable.flatten("again", List.of(a));
    assertThat(again.value().toFloatArray()).containsExactly(2, 4);
    assertThat(alone.value().toFloatArray()).containsExactly(2, 4);
    List.of(flat, alone, again).forEach(Variable::close);
    assertThat(LiveBuffers.count()).isEqualTo(live);
  }

  @Test
  void whatCannotBeFlattened() {
    Variable a = Variable.of("a", Tensor.of(1, 2));
    Variable b = Variable.zeros("b", Shape.of(2), DType.I32);
    assertThatThrownBy(() -> Variable.flatten("f", List.of(a, b)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'b'", "I32", "'a'", "F32");
    assertThatThrownBy(() -> Variable.flatten("f", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flatten");
    assertThatThrownBy(() -> Variable.flatten("f", List.of(a, a)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("different");
    try (Program program = Program.of(x -> x.add(a.value()))) {
      program.run(Tensor.of(1, 1));
      assertThatThrownBy(() -> Variable.flatten("f", List.of(a)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("traced");
    }
    a.close();
    b.close();
  }
}
