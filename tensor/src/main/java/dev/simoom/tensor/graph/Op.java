package dev.simoom.tensor.graph;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Scan;
import dev.simoom.tensor.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a node does with its inputs. */
public sealed interface Op {
  /** Rearranges elements without computing anything. */
  sealed interface View extends Op {
    /** The result's layout in the memory of a base, or empty where strides cannot say it. */
    Optional<Layout> apply(Layout input);
  }

  /** Where a tensor's elements come from memory. */
  sealed interface Source extends Op {}

  /** An argument of a traced program. */
  record Argument(int index) implements Source {}

  /**
   * Part of an argument's memory.
   *
   * @param index number of the argument, from 0
   * @param layout which part of its memory, and in which order
   */
  record Window(int index, Layout layout) implements Source {}

  /** Data that was put in memory outside any graph. */
  record Data() implements Source {}

  /** The content of a variable when the program starts. */
  record Read(StateSlot slot) implements Source {}

  /** The same number everywhere. */
  record Fill(double value) implements Op {}

  /** The coordinate along an axis, I32. */
  record Iota(int axis) implements Op {}

  /** A scalar operation on inputs of the same shape. */
  record Pointwise(ScalarOp op) implements Op {}

  /** Rounding to another floating-point storage type, or widening from one. */
  record Convert(DType type) implements Op {}

  /**
   * Reduces the axes from {@code from} to before {@code to}, which disappear.
   *
   * @param reduction how elements are joined
   */
  record Reduce(Reduction reduction, int from, int to) implements Op {}

  /** Another shape for the same elements in the same order. */
  record Reshape(Shape shape) implements View {
    @Override
    public Optional<Layout> apply(Layout input) {
      return input.reshape(shape);
    }
  }

  /** Axes in another order: axis i of the result is axis {@code order[i]} of the input. */
  record Permute(List<Integer> order) implements View {
    /** Copies the list. */
    public Permute {
      order = List.copyOf(order);
    }

    @Override
    public Optional<Layout> apply(Layout input) {
      return Optional.of(input.permute(order.stream().mapToInt(i -> i).toArray()));
    }
  }

  /** Repeats along new leading axes and along axes of extent 1. */
  record Expand(Shape shape) implements View {
    @Override
    public Optional<Layout> apply(Layout input) {
      return Optional.of(input.expand(shape));
    }
  }

  /**
   * Every {@code step}-th coordinate of an axis from {@code from} to before {@code to}.
   *
   * @param axis the axis that is cut, from 0
   */
  record Slice(int axis, long from, long to, long step) implements View {
    @Override
    public Optional<Layout> apply(Layout input) {
      return Optional.of(input.slice(axis, from, to, step));
    }
  }

  /** The same value, through which no gradient flows. */
  record StopGradient() implements View {
    @Override
    public Optional<Layout> apply(Layout input) {
      return Optional.of(input);
    }
  }

  /** The same value, whose gradient flows to the second input instead, unchanged. */
  record StraightThrough() implements View {
    @Override
    public Optional<Layout> apply(Layout input) {
      return Optional.of(input);
    }
  }

  /** Inputs one behind the other along an axis. */
  record Concat(int axis) implements Op {}

  /** A matrix product over the last two axes; the leading axes are equal. */
  record Product() implements Op {}

  /**
   * Scaled dot-product attention along an axis, features last; output 1 is the log-sum-exp over the
   * remaining axes, then time.
   *
   * @param causal whether a position sees only itself and those before it
   * @param scale what dot products are multiplied by
   * @param axis the axis of time, from 0
   */
  record Attend(boolean causal, float scale, int axis) implements Op {}

  /**
   * Gradients of {@link Attend} from queries, keys, values, output, log-sum-exp and the output's
   * gradient; outputs 0 to 2 belong to queries, keys and values.
   *
   * @param causal whether a position sees only itself and those before it
   * @param scale what dot products are multiplied by
   * @param axis the axis of time, from 0
   */
  record AttendGradient(boolean causal, float scale, int axis) implements Op {}

  /** The k largest along the last axis, in descending order; output 1 is their columns. */
  record SelectTop(long k) implements Op {}

  /**
   * From values [rows, k], indices [rows, k] and a table, the weighted sums of the table's rows.
   */
  record Decode() implements Op {}

  /**
   * From dense [rows, width], indices [rows, k] and a table, dot products with the table's rows.
   */
  record DotRows() implements Op {}

  /** From indices [rows] and a table [entries, width], rows of the table. */
  record TakeRows() implements Op {}

  /**
   * From (values [rows, k],) indices [rows, k] and dense [rows, width], sums by index.
   *
   * @param entries rows of the result
   * @param weighted whether values come before the indices; without them each row counts once
   */
  record AddRows(long entries, boolean weighted) implements Op {}

  /**
   * What runs along the middle one of three axes: sums or products of the input, or from factors
   * and terms a recurrence.
   *
   * @param kind what runs
   * @param reversed whether from the last to the first
   */
  record Running(Scan.Kind kind, boolean reversed) implements Op {}

  /**
   * Random numbers under a key [3].
   *
   * @param normal whether they are normally distributed; uniform otherwise
   * @param stream number of the stream of numbers under the key
   */
  record RandomNumbers(boolean normal, int stream) implements Op {}

  /** A further output of a node that has several. */
  record Output(int index) implements Op {}

  /** A dense copy in memory. */
  record Materialize() implements Op {}

  /** A short name for messages. */
  default String label() {
    return switch (this) {
      case Pointwise(ScalarOp op) when op == ScalarOp.SELECT -> "where";
      case Pointwise(ScalarOp op) when op == ScalarOp.MAX || op == ScalarOp.MIN ->
          op.name().toLowerCase(Locale.ROOT) + "imum";
      case Pointwise(ScalarOp op) -> op.name().toLowerCase(Locale.ROOT);
      case Reduce(Reduction r, int unused, int end) -> r.name().toLowerCase(Locale.ROOT);
      default ->
          Character.toLowerCase(getClass().getSimpleName().charAt(0))
              + getClass().getSimpleName().substring(1);
    };
  }
}
