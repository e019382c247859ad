package dev.simoom.optim;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Gradients on their way into an optimizer. */
final class Gradients {
  private Gradients() {}

  /** The gradients of a loss by all parameters, in their order. */
  static List<Tensor> of(Tensor loss, SequencedMap<String, Variable> parameters) {
    return loss.gradients(parameters.values().stream().map(Variable::value).toList());
  }

  /** Refuses gradients that are not one for each parameter, of its shape. */
  static void check(
      String call, SequencedMap<String, Variable> parameters, List<Tensor> gradients) {
    if (gradients.size() != parameters.size()) {
      throw new IllegalArgumentException(
          "%s: %d gradients for %d parameters"
              .formatted(call, gradients.size(), parameters.size()));
    }
    int i = 0;
    for (Map.Entry<String, Variable> entry : parameters.entrySet()) {
      Shape shape = entry.getValue().shape();
      Tensor gradient = gradients.get(i++);
      if (!gradient.shape().equals(shape) || !gradient.dtype().isFloating()) {
        throw new IllegalArgumentException(
            "%s: the gradient of '%s' %s is %s%s"
                .formatted(call, entry.getKey(), shape, gradient.dtype(), gradient.shape()));
      }
    }
  }

  /** One tensor for each group. */
  static List<Tensor> gather(List<GroupState> groups, List<Tensor> gradients) {
    List<Tensor> gathered = new ArrayList<>();
    int from = 0;
    for (GroupState group : groups) {
      int to = from + group.group().parameters().size();
      gathered.add(group.gather(gradients.subList(from, to)));
      from = to;
    }
    return gathered;
  }
}
