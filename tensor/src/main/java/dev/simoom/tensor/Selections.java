package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import java.util.Arrays;

/** Elements chosen by order, by index or by place, and sums put where indices point. */
final class Selections {
  private Selections() {}

  static Tensor.Sorted sort(String op, Tensor x, int axis, boolean descending) {
    int counted = Ops.axis(op, x, axis);
    if (x.dtype() != DType.F32) {
      throw Ops.bad(op, "F32 is needed (cast)", x);
    }
    Tensor rows = x.transpose(counted, -1);
    Tensor.Top top = LibraryOps.topK(descending ? rows : rows.neg(), x.shape().extent(counted));
    Tensor values = descending ? top.values() : top.values().neg();
    return new Tensor.Sorted(values.transpose(counted, -1), top.indices().transpose(counted, -1));
  }

  static Tensor oneHot(Tensor classes, long count) {
    if (classes.dtype() != DType.I32 || count < 0) {
      throw Ops.bad("oneHot", "I32 indices of " + count + " classes are needed", classes);
    }
    Shape shape = classes.shape().concat(Shape.of(count));
    return Tensor.iota(shape, -1).eq(classes.unsqueeze(-1)).cast(DType.F32);
  }

  static Tensor triangle(String op, Tensor x, boolean lower, long diagonal) {
    if (x.rank() < 2) {
      throw Ops.bad(op, "matrices [..., m, n] are needed", x);
    }
    Shape matrix = x.shape().without(0, x.rank() - 2);
    Tensor offset = Tensor.iota(matrix, 1).sub(Tensor.iota(matrix, 0));
    Tensor stays = lower ? offset.le(diagonal) : offset.ge(diagonal);
    return Tensor.where(stays, x, Ops.like(x, 0));
  }

  // ---------------------------------------------------------------- by index

  static Tensor gather(Tensor x, int axis, Tensor indices) {
    int counted = Ops.axis("gather", x, axis);
    requireInside("gather", counted, x, indices);
    long count = indices.shape().elements();
    Tensor at = elementPositions(x.shape(), counted, indices).reshape(count);
    return x.reshape(x.shape().elements(), 1).gather(at).reshape(indices.shape());
  }

  static Tensor scatterAdd(Tensor x, int axis, Tensor indices, Tensor source) {
    int counted = Ops.axis("scatterAdd", x, axis);
    requireInside("scatterAdd", counted, x, indices, source);
    if (x.dtype() != DType.F32
        || source.dtype() != DType.F32
        || !source.shape().equals(indices.shape())) {
      throw Ops.bad(
          "scatterAdd",
          "F32 sums and a source of the indices' shape are needed",
          x,
          indices,
          source);
    }
    long count = indices.shape().elements();
    Tensor at = elementPositions(x.shape(), counted, indices).reshape(count);
    Tensor sums = LibraryOps.scatterAdd(source.reshape(count, 1), at, x.shape().elements());
    return x.add(sums.reshape(x.shape()));
  }

  /** Checks the first two operands of those to be named: a tensor and indices along an axis. */
  private static void requireInside(String op, int axis, Tensor... operands) {
    Shape shape = operands[0].shape();
    Tensor indices = operands[1];
    boolean fits = indices.dtype() == DType.I32 && indices.rank() == shape.rank();
    for (int i = 0; i < shape.rank() && fits; i++) {
      fits = i == axis || indices.shape().extent(i) <= shape.extent(i);
    }
    if (!fits) {
      throw Ops.bad(
          op,
          "I32 indices no larger than the tensor but along axis " + axis + " are needed",
          operands);
    }
    requireCountable(op, operands[0]);
  }

  private static void requireCountable(String op, Tensor x) {
    if (x.shape().elements() > Integer.MAX_VALUE) {
      throw Ops.bad(op, "I32 cannot number more than 2^31 - 1 elements", x);
    }
  }

  /** Where in row-major order the elements lie that indices along an axis mean. */
  private static Tensor elementPositions(Shape shape, int axis, Tensor indices) {
    Tensor start = Tensor.full(Shape.SCALAR, DType.I32, 0);
    for (int i = 0; i < shape.rank(); i++) {
      if (i != axis && indices.shape().extent(i) > 1) {
        start = start.add(Tensor.iota(indices.shape(), i).mul(stride(shape, i)));
      }
    }
    return checked(indices, shape.extent(axis), indices.mul(stride(shape, axis)).add(start));
  }

  private static long stride(Shape shape, int axis) {
    return shape.without(0, axis + 1).elements();
  }

  /**
   * The position of an index along an axis, or one before all of memory where it is not on the
   * axis: position by position that would be an element of another row, here it is an exception.
   */
  private static Tensor checked(Tensor indices, long extent, Tensor positions) {
    Tensor isInside = indices.ge(0).and(indices.lt(extent));
    return Tensor.where(isInside, positions, Tensor.full(Shape.SCALAR, DType.I32, -1));
  }

  static Tensor indexSelect(String op, Tensor x, int axis, Tensor indices) {
    int counted = Ops.axis(op, x, axis);
    if (indices.dtype() != DType.I32 || indices.rank() != 1) {
      throw Ops.bad(op, "I32 indices [n] are needed", x, indices);
    }
    requireCountable(op, x);
    long count = indices.shape().extent(0);
    return x.reshape(rows(x, counted))
        .gather(rowPositions(x.shape(), counted, indices))
        .reshape(x.shape().with(counted, count));
  }

  static Tensor indexAdd(String op, Tensor x, int axis, Tensor indices, Tensor source) {
    int counted = Ops.axis(op, x, axis);
    if (indices.dtype() != DType.I32
        || indices.rank() != 1
        || x.dtype() != DType.F32
        || source.dtype() != DType.F32
        || !source.shape().equals(x.shape().with(counted, indices.shape().extent(0)))) {
      throw Ops.bad(
          op,
          "F32 numbers, I32 indices [n] and a source that has extent n along axis "
              + axis
              + " are needed",
          x,
          indices,
          source);
    }
    requireCountable(op, x);
    Shape table = rows(x, counted);
    Tensor added = source.reshape(rows(source, counted));
    Tensor at = rowPositions(x.shape(), counted, indices);
    return x.add(LibraryOps.scatterAdd(added, at, table.extent(0)).reshape(x.shape()));
  }

  static Tensor indexPut(Tensor x, int axis, Tensor indices, Tensor source) {
    Tensor put = indexAdd("indexPut", Tensor.zeros(x.shape()), axis, indices, source);
    int counted = Ops.axis("indexPut", x, axis);
    Tensor one = Tensor.ones(Shape.of(indices.shape().extent(0), 1));
    Tensor times = LibraryOps.scatterAdd(one, indices, x.shape().extent(counted));
    long[] beside = new long[x.rank()];
    Arrays.fill(beside, 1);
    beside[counted] = x.shape().extent(counted);
    return Tensor.where(times.gt(0).reshape(beside), put, x);
  }

  /** A tensor seen as a table whose rows are what one coordinate of an axis holds. */
  private static Shape rows(Tensor x, int axis) {
    return Shape.of(
        x.shape().leading(axis + 1).elements(), x.shape().without(0, axis + 1).elements());
  }

  /** The rows of that table that indices mean, for each of the coordinates before the axis. */
  private static Tensor rowPositions(Shape shape, int axis, Tensor indices) {
    long outer = shape.leading(axis).elements();
    long extent = shape.extent(axis);
    if (outer == 1) {
      return indices;
    }
    Tensor start = Tensor.iota(Shape.of(outer, 1), 0).mul(extent);
    return checked(indices, extent, start.add(indices)).reshape(outer * indices.shape().extent(0));
  }
}
