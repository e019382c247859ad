package dev.simoom.tensor.graph;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.Random;
import dev.simoom.kernels.Scan;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.SparseShape;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.TopK;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.graph.Value.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Chooses the library kernel for a value and the layouts in which it reads. */
final class LibraryUnits {
  private final GraphReader reader;

  LibraryUnits(GraphReader reader) {
    this.reader = reader;
  }

  Unit unit(Value value) {
    return switch (value.op) {
      case Op.Product unused -> single(value, product(value), value.inputs);
      case Op.Attend attend -> attention(value, attend);
      case Op.AttendGradient gradient -> attentionGradient(value, gradient);
      case Op.SelectTop(long k) -> {
        Access x = rowsOf(value.inputs.getFirst());
        long columns = x.layout().shape().extent(1);
        long rows = x.layout().shape().extent(0);
        yield single(
            value, new TopK(rows, columns, k, x.layout().strides().getFirst()), List.of(x));
      }
      case Op.Decode unused -> {
        List<Access> in = packed(value.inputs);
        yield single(value, new SparseDecode(sparse(in)), in);
      }
      case Op.DotRows unused -> {
        List<Access> in = packed(value.inputs);
        yield single(value, new SparseDot(sparse(in)), in);
      }
      case Op.TakeRows unused -> {
        List<Access> in = packed(value.inputs);
        Shape table = in.get(1).layout().shape();
        long rows = in.get(0).layout().shape().elements();
        yield single(value, new Gather(rows, table.extent(0), table.extent(1), value.dtype), in);
      }
      case Op.AddRows(long entries, boolean weighted) -> {
        List<Access> in = packed(value.inputs);
        Shape at = in.get(weighted ? 1 : 0).layout().shape();
        long width = value.shape.extent(1);
        yield single(
            value, new ScatterAdd(at.extent(0), at.extent(1), entries, width, weighted), in);
      }
      case Op.Running(Scan.Kind kind, boolean reversed) -> {
        Shape s = value.shape;
        yield single(
            value,
            new Scan(kind, reversed, s.extent(0), s.extent(1), s.extent(2), value.dtype),
            packed(value.inputs));
      }
      case Op.RandomNumbers(boolean normal, int stream) ->
          single(value, new Random(value.elements(), normal, stream), packed(value.inputs));
      case Op.Materialize unused -> copy(value, value.inputs.getFirst());
      default -> throw new IllegalStateException("no kernel computes " + value);
    };
  }

  /** The extents by indices and table, which come second and third. */
  private static SparseShape sparse(List<Access> inputs) {
    Shape at = inputs.get(1).layout().shape();
    Shape table = inputs.get(2).layout().shape();
    return new SparseShape(at.extent(0), at.extent(1), table.extent(0), table.extent(1));
  }

  /** The values that a value's kernel writes: itself, and its further outputs or room for them. */
  private List<Value> outputs(Value value, Kernel kernel) {
    List<Port> ports = kernel.ports().stream().filter(Port::output).toList();
    List<Value> outputs = new ArrayList<>(List.of(value));
    for (int i = 1; i < ports.size(); i++) {
      Op further = new Op.Output(i);
      Port port = ports.get(i);
      outputs.add(
          value.users.stream()
              .filter(user -> user.op.equals(further))
              .findFirst()
              .orElseGet(() -> reader.scratch(Shape.of(port.elements()), port.type())));
    }
    return outputs;
  }

  private Unit single(Value value, Kernel kernel, List<Access> reads) {
    List<Value> writes = outputs(value, kernel);
    return Unit.of(
        List.of(value.op.label()),
        reads,
        writes,
        places -> {
          Stream<Operand> in = reads.stream().map(places::of);
          Stream<Operand> out = writes.stream().map(places::of);
          return List.of(new Launch(kernel, Stream.concat(in, out).toList()));
        });
  }

  // ---------------------------------------------------------------- layouts

  private Access dense(Access access) {
    Value copy = reader.dense(access);
    return new Access(copy, Layout.dense(copy.shape));
  }

  /** Inputs without gaps, copied where they have some. */
  private List<Access> packed(List<Access> inputs) {
    return inputs.stream().map(i -> isPacked(i.layout()) ? i : dense(i)).toList();
  }

  static boolean isPacked(Layout layout) {
    return new Layout(layout.shape(), layout.strides(), 0).isDense();
  }

  /** An input as rows of neighbouring elements. */
  private Access rowsOf(Access input) {
    Shape shape = input.layout().shape();
    Shape matrix = Shape.of(shape.leading(-1).elements(), shape.extent(-1));
    return input
        .layout()
        .reshape(matrix)
        .filter(l -> l.strides().getLast() == 1 || matrix.extent(1) <= 1)
        .map(l -> new Access(input.value(), l))
        .orElseGet(
            () -> {
              Access copy = dense(input);
              return new Access(copy.value(), Layout.dense(matrix));
            });
  }

  private static Strided strided(Access access) {
    return new Strided(access.value().dtype, access.layout().strides());
  }

  // ---------------------------------------------------------------- products

  static MatMul product(Value value) {
    Access a = value.inputs.get(0);
    Access b = value.inputs.get(1);
    Shape shape = value.shape;
    List<Long> batch = shape.leading(-2).toList();
    Strided c = Strided.dense(DType.F32, shape.toList());
    long k = a.layout().shape().extent(-1);
    return MatMul.of(batch, shape.extent(-2), shape.extent(-1), k, strided(a), strided(b), c);
  }

  // ---------------------------------------------------------------- attention

  /** The layout with the time axis moved before the features, which must be neighbours. */
  private static Layout timeLast(Layout layout, int axis) {
    int rank = layout.shape().rank();
    int[] order = new int[rank];
    int next = 0;
    for (int i = 0; i < rank - 1; i++) {
      if (i != axis) {
        order[next++] = i;
      }
    }
    order[next] = axis;
    order[rank - 1] = rank - 1;
    return layout.permute(order);
  }

  private Access attended(Access input, int axis) {
    boolean neighbours =
        input.layout().strides().getLast() == 1 || input.layout().shape().extent(-1) <= 1;
    Access read = neighbours ? input : dense(input);
    return new Access(read.value(), timeLast(read.layout(), axis));
  }

  private static Strided denseResult(Shape shape, int axis) {
    return new Strided(DType.F32, timeLast(Layout.dense(shape), axis).strides());
  }

  private static Attention attention(List<Access> qkv, Op.Attend op, Shape out) {
    Shape q = qkv.get(0).layout().shape();
    Shape k = qkv.get(1).layout().shape();
    return new Attention(
        q.leading(-2).toList(),
        q.extent(-2),
        k.extent(-2),
        q.extent(-1),
        op.causal(),
        op.scale(),
        strided(qkv.get(0)),
        strided(qkv.get(1)),
        strided(qkv.get(2)),
        denseResult(out, op.axis()));
  }

  private Unit attention(Value value, Op.Attend op) {
    List<Access> qkv = value.inputs.stream().map(i -> attended(i, op.axis())).toList();
    return single(value, attention(qkv, op, value.shape), qkv);
  }

  private Unit attentionGradient(Value value, Op.AttendGradient op) {
    List<Access> in = new ArrayList<>();
    for (int i = 0; i < value.inputs.size(); i++) {
      Access input = value.inputs.get(i);
      in.add(i == 4 ? packed(List.of(input)).getFirst() : attended(input, op.axis()));
    }
    Op.Attend forward = new Op.Attend(op.causal(), op.scale(), op.axis());
    Attention attention = attention(in.subList(0, 3), forward, value.shape);
    Attention seen =
        new Attention(
            attention.batch(),
            attention.queryLength(),
            attention.keyLength(),
            attention.headSize(),
            attention.causal(),
            attention.scale(),
            attention.q(),
            attention.k(),
            attention.v(),
            strided(in.get(3)));
    Shape keys = value.inputs.get(1).layout().shape();
    AttentionGradient kernel =
        new AttentionGradient(
            seen,
            strided(in.get(5)),
            denseResult(value.shape, op.axis()),
            denseResult(keys, op.axis()),
            denseResult(keys, op.axis()));
    return single(value, kernel, in);
  }

  // ---------------------------------------------------------------- copies

  private static Unit copy(Value value, Access source) {
    return Unit.of(
        List.of("copy"),
        List.of(source),
        List.of(value),
        places -> List.of(copyTo(source, Layout.dense(value.shape), places.of(value), places)));
  }

  /** A launch that puts what is read through an access where a layout says. */
  static Launch copyTo(Access source, Layout target, Operand start, Unit.Places places) {
    DType dtype = source.value().dtype;
    Copy kernel =
        new Copy(target.shape().toList(), strided(source), new Strided(dtype, target.strides()));
    long offset = start.offset() + target.offset() * dtype.bytes();
    return new Launch(kernel, List.of(places.of(source), new Operand(start.slot(), offset)));
  }
}
