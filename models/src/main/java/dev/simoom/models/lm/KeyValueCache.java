package dev.simoom.models.lm;

import dev.simoom.kernels.DType;
import dev.simoom.nn.MultiHeadAttention.Past;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Room for the keys and values of one text in each block of a model, and the two programs that fill
 * it: one for a text from its start, one for a position more.
 */
final class KeyValueCache implements AutoCloseable {
  private final int capacity;
  private final List<Variable> keys = new ArrayList<>();
  private final List<Variable> values = new ArrayList<>();
  private final Program begin;
  private final Program next;

  /** Room for so many positions. */
  KeyValueCache(IncrementalModel model, int capacity) {
    this.capacity = capacity;
    Shape shape = model.keys(1, capacity);
    for (int i = 0; i < model.layers(); i++) {
      keys.add(Variable.zeros("keys " + i, shape, DType.F32));
      values.add(Variable.zeros("values " + i, shape, DType.F32));
    }
    begin = Program.of((window, last) -> logits(model, keep(model.begin(window)), last));
    next =
        Program.of(
            (id, position) -> {
              Tensor stream = keep(model.next(id, rooms(), position));
              return model.logitsFrom(stream, model.layers()).reshape(-1);
            });
  }

  private static Tensor logits(LanguageModel model, Tensor stream, Tensor at) {
    return model.logitsFrom(stream.squeeze(0).gather(at), model.layers()).squeeze(0);
  }

  private List<Past> rooms() {
    List<Past> rooms = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      rooms.add(new Past(keys.get(i).value(), values.get(i).value()));
    }
    return rooms;
  }

  private Tensor keep(IncrementalModel.Step step) {
    for (int i = 0; i < keys.size(); i++) {
      keys.get(i).assign(step.pasts().get(i).keys());
      values.get(i).assign(step.pasts().get(i).values());
    }
    return step.stream();
  }

  int capacity() {
    return capacity;
  }

  /** Fills the room anew; gives the logits after the last token. */
  float[] begin(int[] tokens) {
    try (Scope _ = Scope.open()) {
      // What comes of the places behind the last token is overwritten before it is seen.
      Tensor window = Tensor.ofInts(Shape.of(1, capacity), Arrays.copyOf(tokens, capacity));
      return begin.run(window, number(tokens.length - 1)).toFloatArray();
    }
  }

  /** Adds a token at a position up to which the room is right; gives the logits after it. */
  float[] next(int token, int position) {
    try (Scope _ = Scope.open()) {
      Tensor id = Tensor.ofInts(Shape.of(1, 1), token);
      return next.run(id, number(position)).toFloatArray();
    }
  }

  private static Tensor number(int value) {
    return Tensor.ofInts(Shape.of(1), value);
  }

  @Override
  public void close() {
    begin.close();
    next.close();
    keys.forEach(Variable::close);
    values.forEach(Variable::close);
  }
}
