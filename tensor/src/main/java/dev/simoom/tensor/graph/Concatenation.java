package dev.simoom.tensor.graph;

import dev.simoom.kernels.Launch;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.graph.Value.Access;
import java.util.ArrayList;
import java.util.List;

/** Puts parts one behind the other; those computed right there need no copy. */
final class Concatenation {
  private Concatenation() {}

  static Unit unit(Value value, int axis) {
    return Unit.of(
        List.of("concat"),
        value.inputs,
        List.of(value),
        places -> {
          List<Launch> copies = new ArrayList<>();
          for (int i = 0; i < value.inputs.size(); i++) {
            Access part = value.inputs.get(i);
            Layout target = region(value, axis, i);
            long start = places.of(value).offset() + target.offset() * value.dtype.bytes();
            boolean isThere =
                part.isDense()
                    && places.of(part).slot() == places.of(value).slot()
                    && places.of(part).offset() == start;
            if (!isThere && part.layout().shape().elements() > 0) {
              copies.add(LibraryUnits.copyTo(part, target, places.of(value), places));
            }
          }
          return copies;
        });
  }

  /** Where one of the parts lies in the whole. */
  static Layout region(Value value, int axis, int part) {
    long from = 0;
    for (int i = 0; i < part; i++) {
      from += value.inputs.get(i).layout().shape().extent(axis);
    }
    long extent = value.inputs.get(part).layout().shape().extent(axis);
    return Layout.dense(value.shape).slice(axis, from, from + extent, 1);
  }

  /** Whether each part is one unbroken piece of the whole. */
  static boolean isUnbroken(Shape shape, int axis) {
    return shape.leading(axis).elements() == 1;
  }
}
