package dev.simoom.tensor.graph;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A node as the compiler sees it: views are gone, absorbed in the layouts by which inputs are read,
 * and equal computations are one.
 */
final class Value {
  /** Where the elements come from if not from a computation. */
  sealed interface Leaf {
    /** An argument, by number. */
    record Argument(int index) implements Leaf {}

    /** Memory known at compile time. */
    record Memory(Storage storage) implements Leaf {}
  }

  /**
   * An input and the way through its memory.
   *
   * @param layout extents as the reader sees them; offset and strides in elements of the value's
   *     dense memory, or of the whole storage for a leaf
   */
  record Access(Value value, Layout layout) {
    /** The same read under as few axes as can be, so that equal reads are equal. */
    Access canonical() {
      return new Access(value, layout.collapse());
    }

    boolean isDense() {
      return layout.isDense() && layout.shape().elements() == value.elements();
    }
  }

  /** How the compiler treats a value. */
  enum Kind {
    /** In memory before the program starts. */
    LEAF,
    /** Worked out anew wherever it is used: constants and coordinates. */
    INLINE,
    /** Part of a loop kernel. */
    LOOP,
    /** A kernel of its own. */
    LIBRARY
  }

  final int id;
  final Op op;
  final List<Access> inputs;
  final Shape shape;
  final DType dtype;
  final Kind kind;
  final List<Value> users = new ArrayList<>();

  Value(int id, Op op, List<Access> inputs, Shape shape, DType dtype, Kind kind) {
    this.id = id;
    this.op = op;
    this.inputs = List.copyOf(inputs);
    this.shape = shape;
    this.dtype = dtype;
    this.kind = kind;
    for (Access input : inputs) {
      input.value.users.add(this);
    }
  }

  long elements() {
    return shape.elements();
  }

  long bytes() {
    return elements() * dtype.bytes();
  }

  static Kind kindOf(Op op) {
    return switch (op) {
      case Op.Source unused -> Kind.LEAF;
      case Op.Fill unused -> Kind.INLINE;
      case Op.Iota unused -> Kind.INLINE;
      case Op.Pointwise unused -> Kind.LOOP;
      case Op.Convert unused -> Kind.LOOP;
      case Op.Reduce unused -> Kind.LOOP;
      default -> Kind.LIBRARY;
    };
  }

  @Override
  public String toString() {
    return "%" + id + " " + op.label() + " " + dtype + shape;
  }
}
