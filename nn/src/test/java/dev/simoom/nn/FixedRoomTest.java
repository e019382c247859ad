package dev.simoom.nn;

import static dev.simoom.nn.Doubles.rows;
import static dev.simoom.nn.Doubles.scrambled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.nn.MultiHeadAttention.Past;
import dev.simoom.nn.MultiHeadAttention.Step;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** One position after the other in room for more, against all positions at once. */
final class FixedRoomTest {
  private static final int WIDTH = 8;
  private static final int TIME = 5;
  private static final int CAPACITY = 7;

  private final RandomStream random = new RandomStream(5);
  private final Tensor x = Doubles.random(1, 2, TIME, WIDTH);

  private interface Stepping {
    Step step(Tensor one, Past room, Tensor position);
  }

  /** The room starts full of numbers that must not matter. */
  private void assertStepsAre(Tensor whole, int heads, Stepping layer) {
    Shape shape = Shape.of(2, CAPACITY, heads, 4);
    Past room = new Past(Doubles.random(7, shape.toArray()), Doubles.random(8, shape.toArray()));
    for (int t = 0; t < TIME; t++) {
      Step step = layer.step(x.slice(1, t, t + 1), room, Tensor.ofInts(Shape.of(1), t));
      assertThat(step.output().shape()).isEqualTo(Shape.of(2, 1, WIDTH));
      Doubles.assertClose(step.output(), rows(whole.slice(1, t, t + 1)));
      room = step.past();
    }
  }

  @Test
  void attentionGoesOnByPositions() {
    try (MultiHeadAttention layer =
        scrambled(MultiHeadAttention.create(WIDTH, 2, true, random).withHeadNorms())) {
      assertStepsAre(layer.forward(x), 2, layer::step);
    }
  }

  @Test
  void attentionWithSharedKeysGoesOnByPositions() {
    Rope rope = Rope.of(4);
    Rope.Turns turns = rope.turns(0, CAPACITY);
    try (GroupedQueryAttention layer =
        scrambled(GroupedQueryAttention.create(WIDTH, 6, 2, rope, random))) {
      assertStepsAre(
          layer.forward(x),
          2,
          (one, room, position) -> layer.step(one, turns.at(position), room, position));
    }
  }

  @Test
  void complaintsSayWhatWouldBeRight() {
    Past room = new Past(Doubles.random(7, 2, 7, 2, 4), Doubles.random(8, 2, 7, 2, 4));
    Tensor position = Tensor.ofInts(Shape.of(1), 0);
    try (MultiHeadAttention layer = MultiHeadAttention.create(WIDTH, 2, true, random);
        MultiHeadAttention both = MultiHeadAttention.create(WIDTH, 2, false, random)) {
      assertThatThrownBy(() -> layer.step(x, room, position))
          .hasMessageContaining("one position, [batch, 1, width]")
          .hasMessageContaining("got F32[2, 5, 8] and I32[1]");
      assertThatThrownBy(() -> both.step(x.slice(1, 0, 1), room, position))
          .hasMessageContaining("only causal attention");
    }
  }
}
