package dev.simoom.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/** Tensors put together, cut up and repeated. */
final class Rearrangements {
  private Rearrangements() {}

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
    int at = axis < 0 ? axis + first.rank() + 1 : axis;
    if (at < 0 || at > first.rank()) {
      throw Ops.bad("stack", "there is no place for an axis " + axis, first);
    }
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
