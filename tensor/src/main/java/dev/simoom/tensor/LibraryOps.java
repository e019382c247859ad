package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.graph.Op;
import java.util.List;

/** Operations with a kernel of their own: products, attention, selections, rows by index. */
final class LibraryOps {
  private LibraryOps() {}

  static Tensor matmul(Tensor a, Tensor b) {
    if (a.rank() < 2
        || b.rank() < 2
        || a.shape().extent(-1) != b.shape().extent(-2)
        || !a.dtype().isFloating()
        || !b.dtype().isFloating()) {
      throw Ops.bad("matmul", "[..., m, k] by [..., k, n] of real numbers is needed", a, b);
    }
    if (b.rank() == 2 && a.rank() > 2) {
      Tensor rows = a.reshape(-1, a.shape().extent(-1));
      return product(rows, b).reshape(a.shape().leading(-1).concat(Shape.of(b.shape().extent(-1))));
    }
    Shape batch;
    try {
      batch = Shape.broadcast(a.shape().leading(-2), b.shape().leading(-2));
    } catch (IllegalArgumentException e) {
      throw Ops.bad("matmul", "leading axes cannot be broadcast together", a, b);
    }
    Tensor left = Ops.expand("matmul", a, batch.concat(a.shape().without(0, a.rank() - 2)));
    Tensor right = Ops.expand("matmul", b, batch.concat(b.shape().without(0, b.rank() - 2)));
    return product(left, right);
  }

  private static Tensor product(Tensor a, Tensor b) {
    long[] extents = a.shape().toArray();
    extents[extents.length - 1] = b.shape().extent(-1);
    Shape shape = Ops.resultShape("matmul", extents, a, b);
    return Recorder.record(new Op.Product(), shape, DType.F32, a, b);
  }

  static Tensor attention(Tensor q, Tensor k, Tensor v, boolean causal, int timeAxis) {
    int axis = Ops.axis("scaledDotProductAttention", q, timeAxis);
    int rank = q.rank();
    boolean fits =
        rank >= 2
            && rank == k.rank()
            && k.shape().equals(v.shape())
            && axis < rank - 1
            && q.shape().with(axis, 1).equals(k.shape().with(axis, 1))
            && q.dtype() == DType.F32
            && k.dtype() == DType.F32
            && v.dtype() == DType.F32;
    if (!fits) {
      throw Ops.bad(
          "scaledDotProductAttention",
          "F32 tensors that agree but along the time axis "
              + timeAxis
              + ", features last, are needed",
          q,
          k,
          v);
    }
    float scale = (float) (1 / Math.sqrt(q.shape().extent(-1)));
    Shape rest = q.shape().leading(-1).without(axis, axis + 1);
    List<Shape> shapes = List.of(q.shape(), rest.concat(Shape.of(q.shape().extent(axis))));
    Op op = new Op.Attend(causal, scale, axis);
    return Recorder.recordAll(op, shapes, List.of(DType.F32, DType.F32), q, k, v).getFirst();
  }

  static Tensor.Top topK(Tensor x, long k) {
    if (x.rank() < 1 || x.dtype() != DType.F32 || k < 0 || k > x.shape().extent(-1)) {
      throw Ops.bad("topK", k + " of the last axis of an F32 tensor cannot be had", x);
    }
    Shape shape = x.shape().with(-1, k);
    List<Tensor> top =
        Recorder.recordAll(
            new Op.SelectTop(k), List.of(shape, shape), List.of(DType.F32, DType.I32), x);
    return new Tensor.Top(top.get(0), top.get(1));
  }

  static Tensor gather(Tensor table, Tensor indices) {
    if (table.rank() < 1 || indices.dtype() != DType.I32) {
      throw Ops.bad(
          "gather", "a table [entries, width...] and I32 indices are needed", table, indices);
    }
    long entries = table.shape().extent(0);
    Shape row = table.shape().without(0, 1);
    Tensor flat = table.reshape(entries, row.elements());
    Tensor at = indices.reshape(indices.shape().elements());
    long[] extents = {at.shape().elements(), row.elements()};
    Shape taken = Ops.resultShape("gather", extents, table, indices);
    return Recorder.record(new Op.TakeRows(), taken, table.dtype(), at, flat)
        .reshape(indices.shape().concat(row));
  }

  static Tensor sparseDecode(Tensor table, Tensor values, Tensor indices) {
    if (!values.shape().equals(indices.shape())) {
      throw Ops.bad("sparseDecode", "values and indices must have one shape", values, indices);
    }
    checkSparse("sparseDecode", table, values, indices);
    long k = indices.shape().extent(-1);
    long width = table.shape().extent(1);
    Tensor v = values.reshape(rows(indices), k);
    Tensor i = indices.reshape(rows(indices), k);
    return Recorder.record(new Op.Decode(), Shape.of(rows(indices), width), DType.F32, v, i, table)
        .reshape(indices.shape().with(-1, width));
  }

  static Tensor sparseDot(Tensor table, Tensor dense, Tensor indices) {
    checkSparse("sparseDot", table, dense, indices);
    if (dense.rank() != indices.rank()
        || !dense.shape().leading(-1).equals(indices.shape().leading(-1))
        || dense.shape().extent(-1) != table.shape().extent(1)) {
      throw Ops.bad(
          "sparseDot",
          "table [entries, width], dense [..., width], indices [..., k] are needed",
          table,
          dense,
          indices);
    }
    long k = indices.shape().extent(-1);
    Tensor d = dense.reshape(rows(indices), table.shape().extent(1));
    Tensor i = indices.reshape(rows(indices), k);
    return Recorder.record(new Op.DotRows(), Shape.of(rows(indices), k), DType.F32, d, i, table)
        .reshape(indices.shape());
  }

  private static void checkSparse(String op, Tensor table, Tensor values, Tensor indices) {
    if (table.rank() != 2
        || table.dtype() != DType.F32
        || values.dtype() != DType.F32
        || indices.dtype() != DType.I32
        || indices.rank() < 1) {
      throw Ops.bad(
          op,
          "an F32 table [entries, width], F32 values and I32 indices are needed",
          table,
          values,
          indices);
    }
  }

  private static long rows(Tensor indices) {
    return indices.shape().leading(-1).elements();
  }

  static Tensor scatterAdd(Tensor rows, Tensor indices, long entries) {
    if (rows.rank() != 2
        || indices.rank() != 1
        || rows.shape().extent(0) != indices.shape().extent(0)
        || rows.dtype() != DType.F32
        || indices.dtype() != DType.I32
        || entries < 0) {
      throw Ops.bad(
          "scatterAdd",
          "F32 rows [n, width] and I32 indices [n] into " + entries + " entries do not go together",
          rows,
          indices);
    }
    Tensor at = indices.reshape(indices.shape().extent(0), 1);
    long[] extents = {entries, rows.shape().extent(1)};
    Shape shape = Ops.resultShape("scatterAdd", extents, rows, indices);
    return Recorder.record(new Op.AddRows(entries, false), shape, DType.F32, at, rows);
  }
}
