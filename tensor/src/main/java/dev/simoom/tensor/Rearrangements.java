package dev.simoom.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/** Axes exchanged, added and dropped; tensors put together, cut up and repeated. */
final class Rearrangements {
  private Rearrangements() {}

  static Tensor transpose(Tensor x, int a, int b) {
    int[] order = new int[x.rank()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    order[Ops.axis("transpose", x, a)] = Ops.axis("transpose", x, b);
    order[Ops.axis("transpose", x, b)] = Ops.axis("transpose", x, a);
    return x.permute(order);
  }

  static Tensor select(Tensor x, int axis, long index) {
    int counted = Ops.axis("select", x, axis);
    long extent = x.shape().extent(counted);
    long at = index < 0 ? index + extent : index;
    if (at < 0 || at >= extent) {
      throw Ops.bad("select", "axis " + axis + " has no coordinate " + index, x);
    }
    return x.slice(axis, at, at + 1).reshape(x.shape().without(counted, counted + 1));
  }

  static Tensor unsqueeze(Tensor x, int axis) {
    int at = newAxis("unsqueeze", x, axis);
    Shape s = x.shape();
    return x.reshape(s.leading(at).concat(Shape.of(1)).concat(s.without(0, at)));
  }

  /** The number, counted from 0, of an axis that is added. */
  private static int newAxis(String op, Tensor x, int axis) {
    int at = axis < 0 ? axis + x.rank() + 1 : axis;
    if (at < 0 || at > x.rank()) {
      throw Ops.bad(op, "an axis from " + (-x.rank() - 1) + " to " + x.rank() + ", not " + axis, x);
    }
    return at;
  }

  static Tensor squeeze(Tensor x, int axis) {
    int at = Ops.axis("squeeze", x, axis);
    if (x.shape().extent(at) != 1) {
      throw Ops.bad("squeeze", "axis " + axis + " is not of extent 1", x);
    }
    return x.reshape(x.shape().without(at, at + 1));
  }

  static Tensor pad(Tensor x, int axis, long before, long after, double value) {
    int counted = Ops.axis("pad", x, axis);
    if (before < 0 || after < 0) {
      throw Ops.bad(
          "pad", before + " before and " + after + " after axis " + axis + " are negative", x);
    }
    List<Tensor> parts = new ArrayList<>();
    if (before > 0) {
      parts.add(Tensor.full(x.shape().with(counted, before), x.dtype(), value));
    }
    parts.add(x);
    if (after > 0) {
      parts.add(Tensor.full(x.shape().with(counted, after), x.dtype(), value));
    }
    return parts.size() == 1 ? x : Ops.concat(counted, parts);
  }

  static Tensor stack(int axis, List<Tensor> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("stack: no tensors");
    }
    Tensor first = parts.getFirst();
    int at = newAxis("stack", first, axis);
    for (Tensor part : parts) {
      if (part.dtype() != first.dtype() || !part.shape().equals(first.shape())) {
        throw Ops.bad("stack", "one type and one shape are needed", first, part);
      }
    }
    return Ops.concat(at, parts.stream().map(p -> p.unsqueeze(at)).toList());
  }

  static List<Tensor> split(Tensor x, int axis, long size) {
    long extent = x.shape().extent(Ops.axis("split", x, axis));
    if (size < 1) {
      throw Ops.bad("split", "pieces of axis " + axis + " cannot have extent " + size, x);
    }
    List<Long> sizes = new ArrayList<>();
    for (long at = 0; at == 0 || at < extent; at += size) {
      sizes.add(Math.min(size, extent - at));
    }
    return cut(x, axis, sizes);
  }

  static List<Tensor> split(Tensor x, int axis, long... sizes) {
    long extent = x.shape().extent(Ops.axis("split", x, axis));
    if (LongStream.of(sizes).anyMatch(s -> s < 0) || LongStream.of(sizes).sum() != extent) {
      throw Ops.bad(
          "split", Arrays.toString(sizes) + " are no extents that make up axis " + axis, x);
    }
    return cut(x, axis, LongStream.of(sizes).boxed().toList());
  }

  private static List<Tensor> cut(Tensor x, int axis, List<Long> sizes) {
    List<Tensor> parts = new ArrayList<>();
    long at = 0;
    for (long size : sizes) {
      parts.add(x.slice(axis, at, at + size));
      at += size;
    }
    return parts;
  }

  static List<Tensor> chunk(Tensor x, int axis, int count) {
    long extent = x.shape().extent(Ops.axis("chunk", x, axis));
    if (count < 1) {
      throw Ops.bad("chunk", "axis " + axis + " cannot become " + count + " pieces", x);
    }
    return extent == 0
        ? cut(x, axis, Collections.nCopies(count, 0L))
        : split(x, axis, Math.ceilDiv(extent, count));
  }

  static Tensor repeat(Tensor x, long... times) {
    int added = times.length - x.rank();
    if (added < 0 || LongStream.of(times).anyMatch(t -> t < 0)) {
      throw Ops.bad(
          "repeat",
          "a number for each axis, and for new ones before, is needed, not "
              + Arrays.toString(times),
          x);
    }
    // Each axis after one of extent 1, along which it is repeated.
    long[] apart = new long[2 * times.length];
    long[] repeated = new long[2 * times.length];
    long[] whole = new long[times.length];
    for (int i = 0; i < times.length; i++) {
      long extent = i < added ? 1 : x.shape().extent(i - added);
      apart[2 * i] = 1;
      apart[2 * i + 1] = extent;
      repeated[2 * i] = times[i];
      repeated[2 * i + 1] = extent;
      whole[i] = times[i] * extent;
    }
    return x.reshape(apart).expand(Shape.of(repeated)).reshape(whole);
  }

  static Tensor flip(Tensor x, int... axes) {
    Tensor y = x;
    for (int axis : axes) {
      long extent = x.shape().extent(Ops.axis("flip", x, axis));
      y = Selections.indexSelect("flip", y, axis, Tensor.arange(extent).neg().add(extent - 1));
    }
    return y;
  }

  static Tensor roll(Tensor x, int axis, long shift) {
    int counted = Ops.axis("roll", x, axis);
    long extent = x.shape().extent(counted);
    long ahead = extent == 0 ? 0 : Math.floorMod(-shift, extent);
    return ahead == 0
        ? x
        : Tensor.concat(counted, x.slice(counted, ahead, extent), x.slice(counted, 0, ahead));
  }
}
