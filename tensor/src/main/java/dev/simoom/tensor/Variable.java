package dev.simoom.tensor;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.StateSlot;
import dev.simoom.tensor.graph.Storage;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that is replaced from step to step: a parameter, a moment, a counter.
 *
 * <p>Reading gives its present {@link #value}; {@link #assign} replaces it, at once in eager code,
 * at the end of each run in a traced program. It owns its memory until closed, or shares a
 * {@linkplain #flatten flat} piece with others.
 */
public final class Variable implements AutoCloseable {
  private final String name;
  private final Shape shape;
  private final DType dtype;
  private final Slot slot = new Slot();
  private Storage storage;
  private long offset;
  private boolean placed;
  private boolean shared;
  private @Nullable Node lastRead;

  private Variable(String name, Shape shape, DType dtype, Storage storage, long offset) {
    this.name = name;
    this.shape = shape;
    this.dtype = dtype;
    this.storage = storage;
    this.offset = offset;
  }

  /** A variable filled with zeros. */
  public static Variable zeros(String name, Shape shape, DType dtype) {
    Buffer buffer = Buffer.allocate(name, shape.elements() * dtype.bytes());
    return new Variable(name, shape, dtype, new Storage(buffer), 0);
  }

  /** A variable that starts with a tensor's content. */
  public static Variable of(String name, Tensor initial) {
    Variable variable = zeros(name, initial.shape(), initial.dtype());
    variable.assign(initial);
    return variable;
  }

  /**
   * Moves variables of one type into one piece of memory, one behind the other, and gives a
   * variable that is all of them: what is assigned to it is assigned to its parts. Parts that share
   * another flat piece leave it.
   *
   * @throws IllegalStateException if a traced program already uses one of them
   * @throws IllegalArgumentException if there is no variable, one comes twice, or their types
   *     differ
   */
  public static Variable flatten(String name, List<Variable> parts) {
    return flatten(name, parts, 1);
  }

  /**
   * The same with parts that begin at multiples of a number of elements; what is between them and
   * after the last, up to the next multiple, is zero.
   *
   * @throws IllegalStateException if a traced program already uses one of them
   * @throws IllegalArgumentException if there is no variable, one comes twice, or their types
   *     differ
   */
  public static Variable flatten(String name, List<Variable> parts, long unit) {
    if (parts.isEmpty() || new HashSet<>(parts).size() < parts.size()) {
      throw new IllegalArgumentException("flatten: different variables are needed, got " + parts);
    }
    DType dtype = parts.getFirst().dtype;
    long elements = 0;
    for (Variable part : parts) {
      if (part.dtype != dtype) {
        throw new IllegalArgumentException(
            "flatten: '"
                + part.name
                + "' is "
                + part.dtype
                + ", '"
                + parts.getFirst().name
                + "' "
                + dtype);
      }
      if (part.placed) {
        throw new IllegalStateException(
            "flatten: '"
                + part.name
                + "' is used by a traced program; make the optimizer before tracing");
      }
      elements += roundUp(part.shape.elements(), unit);
    }
    Variable flat = zeros(name, Shape.of(elements), dtype);
    long at = 0;
    for (Variable part : parts) {
      flat.segment(at, part.shape.elements()).copyFrom(part.segment());
      if (!part.shared) {
        part.storage.buffer().close();
      }
      part.shared = true;
      part.storage = flat.storage;
      part.offset = at;
      at += roundUp(part.shape.elements(), unit);
    }
    return flat;
  }

  private static long roundUp(long elements, long unit) {
    return Math.ceilDiv(elements, unit) * unit;
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The extents. */
  public Shape shape() {
    return shape;
  }

  /** The element type. */
  public DType dtype() {
    return dtype;
  }

  /**
   * The present content. In eager code it must be used before the next {@link #assign}; up to then
   * every call gives the same tensor to differentiate by.
   *
   * @throws IllegalStateException if the variable was closed
   */
  public Tensor value() {
    checkOpen("value");
    return Recorder.read(this);
  }

  /**
   * Replaces the content.
   *
   * @throws IllegalArgumentException if shape or type differ
   * @throws IllegalStateException if the variable was closed
   */
  public void assign(Tensor tensor) {
    checkOpen("assign");
    if (!tensor.shape().equals(shape) || tensor.dtype() != dtype) {
      throw new IllegalArgumentException(
          "assign: '"
              + name
              + "' is "
              + dtype
              + shape
              + ", got "
              + tensor.dtype()
              + tensor.shape());
    }
    Recorder.assign(this, tensor);
  }

  private void checkOpen(String op) {
    if (!storage.buffer().isOpen()) {
      throw new IllegalStateException(
          op
              + ": '"
              + name
              + "' "
              + dtype
              + shape
              + " was used after it, its module or its optimizer was closed");
    }
  }

  /** The memory of the present content, for reading and writing by the host. */
  public MemorySegment segment() {
    return segment(0, shape.elements());
  }

  private MemorySegment segment(long from, long elements) {
    return storage
        .buffer()
        .segment()
        .asSlice((offset + from) * dtype.bytes(), elements * dtype.bytes());
  }

  /** Notes that the host wrote to {@link #segment()}: tensors read before are stale. */
  public void written() {
    storage.overwritten();
  }

  StateSlot slot() {
    return slot;
  }

  /** What the last read in eager code gave. */
  @Nullable Node lastRead() {
    return lastRead;
  }

  void lastRead(Node node) {
    lastRead = node;
  }

  void place() {
    placed = true;
  }

  /** Frees the memory, and that of the variables that share it. */
  @Override
  public void close() {
    storage.buffer().close();
  }

  @Override
  public String toString() {
    return name + " " + dtype + shape;
  }

  private final class Slot implements StateSlot {
    @Override
    public String name() {
      return name;
    }

    @Override
    public Shape shape() {
      return shape;
    }

    @Override
    public DType dtype() {
      return dtype;
    }

    @Override
    public Storage storage() {
      return storage;
    }

    @Override
    public long offset() {
      return offset;
    }
  }
}
