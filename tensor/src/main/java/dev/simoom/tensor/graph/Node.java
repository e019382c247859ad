package dev.simoom.tensor.graph;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One value of a computation: an operation, its inputs, and the type of what it gives.
 *
 * <p>Nodes never change, but for the further outputs attached on creation and the {@link #stored}
 * result that eager execution attaches.
 */
public final class Node {
  private final Op op;
  private final List<Node> inputs;
  private final Shape shape;
  private final DType dtype;
  private List<Node> outputs = List.of();
  private @Nullable Stored stored;

  /**
   * Where an eagerly computed value lies.
   *
   * @param storage the memory
   * @param layout where in it
   * @param version the storage's version when the value was put there
   */
  public record Stored(Storage storage, Layout layout, long version) {}

  /** A node; shape and type must be those that the operation gives. */
  public Node(Op op, List<Node> inputs, Shape shape, DType dtype) {
    this.op = op;
    this.inputs = List.copyOf(inputs);
    this.shape = shape;
    this.dtype = dtype;
  }

  /** What is done. */
  public Op op() {
    return op;
  }

  /** With what. */
  public List<Node> inputs() {
    return inputs;
  }

  /** One of the inputs. */
  public Node input(int index) {
    return inputs.get(index);
  }

  /** Extents of the result. */
  public Shape shape() {
    return shape;
  }

  /** Element type of the result. */
  public DType dtype() {
    return dtype;
  }

  /** Number of elements of the result. */
  public long elements() {
    return shape.elements();
  }

  /**
   * One of the results of an operation that has several.
   *
   * @param index 0 for this node itself
   */
  public Node output(int index) {
    return index == 0 ? this : outputs.get(index - 1);
  }

  /** Attaches the nodes of the further results. */
  public void further(List<Node> nodes) {
    outputs = List.copyOf(nodes);
  }

  /** Where the value lies, or null where it has not been computed. */
  public @Nullable Stored stored() {
    return stored;
  }

  /** Attaches the computed value. */
  public void store(Stored value) {
    stored = value;
  }

  @Override
  public String toString() {
    String of = op instanceof Op.Read(StateSlot slot) ? " of '" + slot.name() + "' " : " ";
    return op.label() + of + dtype + shape;
  }
}
