package dev.simoom.models.genie;

import dev.simoom.nn.MultiHeadAttention;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Keys and values of all blocks as a list of tensors, which programs take and give. */
final class Pasts {
  private Pasts() {}

  static List<MultiHeadAttention.Past> of(List<Tensor> tensors) {
    List<MultiHeadAttention.Past> past = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i += 2) {
      past.add(new MultiHeadAttention.Past(tensors.get(i), tensors.get(i + 1)));
    }
    return past;
  }

  static List<Tensor> tensors(List<MultiHeadAttention.Past> past) {
    List<Tensor> tensors = new ArrayList<>();
    past.forEach(p -> tensors.addAll(List.of(p.keys(), p.values())));
    return tensors;
  }

  /** A tensor's content on the host, which no scope ends. */
  record Kept(Shape shape, float[] content) {
    Tensor tensor() {
      return Tensor.of(shape, content);
    }
  }

  static List<Kept> kept(List<Tensor> results) {
    return results.stream().map(t -> new Kept(t.shape(), t.toFloatArray())).toList();
  }

  static List<Tensor> tensorsOf(List<Kept> kept) {
    return kept.stream().map(Kept::tensor).toList();
  }

  /** Inputs of a program: some tensors and then those of the past. */
  static Tensor[] inputs(List<Tensor> past, Tensor... first) {
    List<Tensor> all = new ArrayList<>(List.of(first));
    all.addAll(past);
    return all.toArray(Tensor[]::new);
  }
}
