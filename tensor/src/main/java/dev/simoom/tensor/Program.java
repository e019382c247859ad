package dev.simoom.tensor;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Launch;
import dev.simoom.tensor.graph.CompiledGraph;
import dev.simoom.tensor.graph.GraphCompiler;
import dev.simoom.tensor.graph.Layout;
import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.Op;
import dev.simoom.tensor.graph.Storage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A method on tensors that is traced once for each signature of its inputs, compiled as a whole and
 * replayed.
 *
 * <p>The method runs with symbols for its inputs; what it does with tensors is recorded, the
 * variables it assigns included, and everything else it does happens only then. A run computes the
 * results, replaces the variables, and allocates no native memory: results lie in memory of the
 * program and are valid until its next run with the same signature; reading them later is an {@link
 * IllegalStateException}.
 *
 * <pre>{@code
 * Program step = Program.of((x, y) -> {
 *   Tensor loss = crossEntropy(model.apply(x), y);
 *   optimizer.minimize(loss);
 *   return loss;
 * });
 * float loss = step.run(x, y).item();
 * }</pre>
 */
public final class Program implements AutoCloseable {
  private record Signature(Backend backend, List<Shape> shapes, List<DType> dtypes) {
    @Override
    public String toString() {
      return IntStream.range(0, shapes.size())
          .mapToObj(i -> dtypes.get(i) + shapes.get(i).toString())
          .collect(Collectors.joining(", "));
    }
  }

  /**
   * What it took to get ready for one signature, in nanoseconds.
   *
   * @param tracing running the method with symbols, gradients included
   * @param fusing reading the graph, fusing it, ordering the kernels and planning their memory
   * @param generating making classes of the kernels
   */
  public record Preparation(long tracing, long fusing, long generating) {}

  private record Compiled(
      Preparation preparation,
      CompiledGraph graph,
      Trace trace,
      Buffer arena,
      Buffer[] inputs,
      @Nullable Buffer[] staged,
      Buffer[] outputs,
      List<Storage> results,
      List<Node> nodes,
      Set<Buffer> written) {}

  private final Function<List<Tensor>, List<Tensor>> method;
  private final Map<Signature, Compiled> compiled = new HashMap<>();
  private boolean open = true;

  private Program(Function<List<Tensor>, List<Tensor>> method) {
    this.method = method;
  }

  /** A program of one input and one result. */
  public static Program of(UnaryOperator<Tensor> method) {
    return new Program(x -> List.of(method.apply(x.get(0))));
  }

  /** A program of two inputs and one result. */
  public static Program of(BinaryOperator<Tensor> method) {
    return new Program(x -> List.of(method.apply(x.get(0), x.get(1))));
  }

  /** A program of any number of inputs and results. */
  public static Program ofMany(Function<List<Tensor>, List<Tensor>> method) {
    return new Program(method);
  }

  /** Runs it and gives the first result. */
  public Tensor run(Tensor... inputs) {
    return runAll(inputs).getFirst();
  }

  /** Runs it and gives all results. */
  public synchronized List<Tensor> runAll(Tensor... inputs) {
    Compiled c = compiledFor(inputs);
    for (int i = 0; i < inputs.length; i++) {
      Buffer buffer = dense(inputs[i]).buffer();
      c.inputs[i] = c.written.contains(buffer) ? staged(c, i, inputs[i], buffer) : buffer;
    }
    c.trace.hooks().forEach(Runnable::run);
    if (ProgramEvent.isRecorded()) {
      record(c);
    } else {
      c.graph.run(c.arena, c.inputs, c.outputs);
    }
    return results(c);
  }

  private static void record(Compiled c) {
    ProgramEvent event = new ProgramEvent();
    event.begin();
    c.graph.run(c.arena, c.inputs, c.outputs);
    event.end();
    event.kernels = c.graph.launches().size();
    event.commit();
  }

  /** A copy of an input that lies where the run writes: a variable, or a result of the last run. */
  private static Buffer staged(Compiled c, int index, Tensor input, Buffer buffer) {
    long bytes = input.shape().elements() * input.dtype().bytes();
    Buffer copy = c.staged[index];
    if (copy == null) {
      copy = Buffer.allocate("copy of input " + index + " of a program", bytes);
      c.staged[index] = copy;
    }
    copy.segment().copyFrom(buffer.content().asSlice(0, bytes));
    return copy;
  }

  /** The results of this run; from now on those of the last one are stale. */
  private static List<Tensor> results(Compiled c) {
    Tensor[] tensors = new Tensor[c.outputs.length];
    for (int i = 0; i < tensors.length; i++) {
      Node made = c.nodes.get(i);
      Storage storage = c.results.get(i);
      storage.overwritten();
      Node node = new Node(new Op.Data(), List.of(), made.shape(), made.dtype());
      node.store(new Node.Stored(storage, Layout.dense(made.shape()), storage.version()));
      tensors[i] = new Tensor(node);
    }
    return List.of(tensors);
  }

  private static Storage dense(Tensor input) {
    Node.Stored stored = input.stored();
    return stored.layout().isDense() ? stored.storage() : input.copy().stored().storage();
  }

  /** Traces and compiles for the signature of these inputs, if that has not been done. */
  public synchronized void prepare(Tensor... inputs) {
    compiledFor(inputs);
  }

  private Compiled compiledFor(Tensor... inputs) {
    if (!open) {
      throw new IllegalStateException("the program was used after it was closed");
    }
    if (Trace.current() != null) {
      throw new IllegalStateException("a program was run inside the trace of another");
    }
    List<Shape> shapes = new ArrayList<>(inputs.length);
    List<DType> dtypes = new ArrayList<>(inputs.length);
    for (Tensor input : inputs) {
      shapes.add(input.shape());
      dtypes.add(input.dtype());
    }
    return compiled.computeIfAbsent(
        new Signature(Engine.backend(), shapes, dtypes), Program.this::trace);
  }

  private Compiled trace(Signature signature) {
    Trace trace = new Trace();
    long start = System.nanoTime();
    try {
      List<Node> results = new ArrayList<>();
      int count = signature.shapes.size();
      trace.record(
          () -> {
            List<Tensor> symbols = new ArrayList<>();
            for (int i = 0; i < count; i++) {
              Shape shape = signature.shapes.get(i);
              DType dtype = signature.dtypes.get(i);
              symbols.add(new Tensor(new Node(new Op.Argument(i), List.of(), shape, dtype)));
            }
            method.apply(symbols).forEach(t -> results.add(t.node()));
          });
      long traced = System.nanoTime();
      CompiledGraph graph =
          GraphCompiler.compile(signature.backend, results, trace.assigned(), count);
      long generating = graph.generatingNanos();
      long fusing = System.nanoTime() - traced - generating;
      Preparation preparation = new Preparation(traced - start, fusing, generating);
      return place(preparation, graph, trace, results, count);
    } catch (RuntimeException | Error e) {
      trace.close();
      throw e;
    }
  }

  private static Compiled place(
      Preparation preparation, CompiledGraph graph, Trace trace, List<Node> results, int inputs) {
    Buffer[] outputs = new Buffer[results.size()];
    Set<Buffer> written = new HashSet<>();
    trace.assigned().keySet().forEach(slot -> written.add(slot.storage().buffer()));
    List<Storage> storages = new ArrayList<>();
    for (int i = 0; i < outputs.length; i++) {
      Node node = results.get(i);
      long bytes = node.elements() * node.dtype().bytes();
      outputs[i] = Buffer.allocate("result " + i + " of a program", bytes);
      storages.add(new Storage(outputs[i]));
      written.add(outputs[i]);
    }
    return new Compiled(
        preparation,
        graph,
        trace,
        Buffer.allocate("arena of a program", graph.arenaBytes()),
        new Buffer[inputs],
        new Buffer[inputs],
        outputs,
        storages,
        List.copyOf(results),
        written);
  }

  /** The kernels of each traced signature, what was fused into them, and the memory plan. */
  public synchronized String explain() {
    StringBuilder s = new StringBuilder();
    compiled.forEach(
        (signature, c) ->
            s.append("Inputs ")
                .append(signature)
                .append(" on ")
                .append(signature.backend.name())
                .append(", ")
                .append(c.graph.explanation()));
    return s.isEmpty() ? "not traced yet" : s.toString();
  }

  /** The kernels that a run launches, in their order, of all signatures traced so far. */
  public synchronized List<Kernel> kernels() {
    return compiled.values().stream()
        .flatMap(c -> c.graph.launches().stream())
        .map(Launch::kernel)
        .toList();
  }

  /** What it took to get ready, for each signature traced so far. */
  public synchronized List<Preparation> preparations() {
    return compiled.values().stream().map(Compiled::preparation).toList();
  }

  /** Bytes planned for intermediates, of all signatures traced so far. */
  public synchronized long arenaBytes() {
    return compiled.values().stream().mapToLong(c -> c.graph.arenaBytes()).sum();
  }

  /** The compiled forms, for tests and profilers. */
  synchronized List<CompiledGraph> graphs() {
    return compiled.values().stream().map(Compiled::graph).toList();
  }

  /** Frees the memory of all traces; their results die with it. */
  @Override
  public synchronized void close() {
    open = false;
    for (Compiled c : compiled.values()) {
      c.graph.close();
      c.arena.close();
      for (Buffer output : c.outputs) {
        output.close();
      }
      for (Buffer copy : c.staged) {
        if (copy != null) {
          copy.close();
        }
      }
      c.trace.close();
    }
    compiled.clear();
  }
}
