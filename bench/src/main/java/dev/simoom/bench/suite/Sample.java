package dev.simoom.bench.suite;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * What is compared of a result: some of its elements, and the mean and the mean size of all.
 *
 * @param count number of elements
 * @param elements those at {@code j step mod count}, j from 0 on, at most {@link #ELEMENTS}
 * @param mean of all elements
 * @param size mean of their absolute values
 */
public record Sample(long count, List<Double> elements, double mean, double size) {
  /** Elements that are compared one by one. */
  static final int ELEMENTS = 64;

  /** A prime, so that the elements are spread over rows and columns; {@code peer.py} has it too. */
  private static final long STEP = 1_000_003;

  /** Copies the list. */
  public Sample {
    elements = List.copyOf(elements);
  }

  /** The sample of a tensor. */
  static Sample of(Tensor tensor) {
    try (Scope _ = Scope.open()) {
      Tensor floats = tensor.dtype() == DType.F32 ? tensor : tensor.cast(DType.F32);
      return of(floats.contiguousSegment());
    }
  }

  /** The sample of numbers on the heap. */
  static Sample of(float[] numbers) {
    return of(MemorySegment.ofArray(numbers));
  }

  private static Sample of(MemorySegment all) {
    long count = all.byteSize() / Float.BYTES;
    List<Double> elements = new ArrayList<>();
    for (long j = 0; j < Math.min(count, ELEMENTS); j++) {
      elements.add((double) all.getAtIndex(ValueLayout.JAVA_FLOAT, j * STEP % count));
    }
    double sum = 0;
    double size = 0;
    for (long i = 0; i < count; i++) {
      float element = all.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      sum += element;
      size += Math.abs(element);
    }
    return new Sample(count, elements, sum / Math.max(1, count), size / Math.max(1, count));
  }

  /** Why the samples of two sides are not those of one computation; empty where they are. */
  static String difference(List<Sample> ours, List<Sample> theirs, double tolerance) {
    if (ours.size() != theirs.size()) {
      return "%d results, ours %d".formatted(theirs.size(), ours.size());
    }
    for (int i = 0; i < ours.size(); i++) {
      String complaint = ours.get(i).differenceTo(theirs.get(i), tolerance);
      if (!complaint.isEmpty()) {
        return "result " + i + ": " + complaint;
      }
    }
    return "";
  }

  private String differenceTo(Sample other, double tolerance) {
    if (count != other.count || elements.size() != other.elements.size()) {
      return "%d elements, ours %d".formatted(other.count, count);
    }
    double unit = Math.max(size, Double.MIN_NORMAL);
    for (int j = 0; j < elements.size(); j++) {
      double mine = elements.get(j);
      double its = other.elements.get(j);
      if (!(Math.abs(mine - its) <= tolerance * (unit + Math.abs(mine)))) {
        return "element %d is %.7g, ours %.7g".formatted(j * STEP % count, its, mine);
      }
    }
    if (!(Math.abs(mean - other.mean) <= tolerance * unit)) {
      return "the mean is %.7g, ours %.7g".formatted(other.mean, mean);
    }
    return Math.abs(size - other.size) <= tolerance * unit
        ? ""
        : "the mean size is %.7g, ours %.7g".formatted(other.size, size);
  }
}
