package dev.simoom.optim;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Where each parameter of a group lies in the group's one variable: one behind the other, each at a
 * multiple of some number of elements.
 *
 * @param names of the parameters
 * @param shapes of the parameters
 * @param unit what each begins at a multiple of
 */
record FlatLayout(List<String> names, List<Shape> shapes, long unit) {
  static FlatLayout of(ParameterGroup group, long unit) {
    SequencedMap<String, Variable> parameters = group.parameters();
    return new FlatLayout(
        List.copyOf(parameters.sequencedKeySet()),
        parameters.values().stream().map(Variable::shape).toList(),
        unit);
  }

  /** The group's parameters in this layout, in memory of their own unless there is only one. */
  Variable place(ParameterGroup group) {
    List<Variable> parts = List.copyOf(group.parameters().values());
    return isSingle() ? parts.getFirst() : Variable.flatten(group.name(), parts, unit);
  }

  /** Whether one parameter is the whole, in its own shape. */
  boolean isSingle() {
    return names.size() == 1 && shapes.getFirst().elements() % unit == 0;
  }

  /** Elements that a parameter takes with those behind it. */
  long room(int parameter) {
    return Math.ceilDiv(shapes.get(parameter).elements(), unit) * unit;
  }

  /** One F32 tensor of tensors of the parameters' shapes. */
  Tensor join(List<Tensor> parts) {
    if (isSingle()) {
      return parts.getFirst().cast(DType.F32);
    }
    List<Tensor> flat = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      flat.add(parts.get(i).cast(DType.F32).reshape(-1));
      long gap = room(i) - shapes.get(i).elements();
      if (gap > 0) {
        flat.add(Tensor.zeros(Shape.of(gap)));
      }
    }
    return Tensor.concat(0, flat);
  }

  /** The pieces of such a tensor by name. */
  Map<String, Tensor> split(Tensor all) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    Tensor flat = all.reshape(-1);
    long at = 0;
    for (int i = 0; i < names.size(); i++) {
      Shape shape = shapes.get(i);
      parts.put(names.get(i), flat.slice(0, at, at + shape.elements()).reshape(shape));
      at += room(i);
    }
    return parts;
  }

  /** The only parameter's part of such a tensor. */
  Tensor only(Tensor all) {
    return isSingle() ? all.reshape(shapes.getFirst()) : split(all).get(names.getFirst());
  }
}
