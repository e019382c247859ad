package dev.simoom.models.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Logits of the next token against those of the whole text at once. */
final class TextGeneratorTest {
  private static final TransformerConfig CONFIG = new TransformerConfig(30, 6, 16, 2, 2);

  @Test
  void theNextTokensLogitsAreThoseOfTheLastPosition() {
    try (Transformer model = Transformer.create(CONFIG, new RandomStream(3));
        TextGenerator generator = new TextGenerator(model)) {
      model.parameters().values().forEach(p -> p.assign(p.value().mul(8)));
      List<Integer> tokens = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        tokens.add((7 * i + 3) % 30);
        float[] next = generator.next(tokens);
        List<Integer> seen = tokens.subList(Math.max(0, tokens.size() - 6), tokens.size());
        int[] ids = seen.stream().mapToInt(Integer::intValue).toArray();
        Tensor all = model.logits(Tensor.ofInts(Shape.of(1, ids.length), ids));
        float[] last = all.select(0, 0).select(0, ids.length - 1L).toFloatArray();
        assertThat(next).hasSize(30);
        for (int v = 0; v < 30; v++) {
          assertThat(next[v]).isCloseTo(last[v], within(1e-4f));
        }
      }
    }
  }

  @Test
  void nothingCannotBeContinued() {
    try (Transformer model = Transformer.create(CONFIG, new RandomStream(3));
        TextGenerator generator = new TextGenerator(model)) {
      assertThatThrownBy(() -> generator.next(List.of())).hasMessageContaining("at least one");
    }
  }
}
