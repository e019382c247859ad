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
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
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
 * IllegalStateException}. The traces of 64 signatures are kept, those not used for longest go
 * first, and their results with them.
 *
 * <p>Threads take turns: a run waits for that of another thread. A result that another thread's run
 * may overwrite is to be read or copied in a block synchronized on the program, run included.
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
      Captures captures,
      Buffer arena,
      Buffer[] inputs,
      @Nullable Buffer[] staged,
      Buffer[] outputs,
      List<Storage> results,
      List<Node> nodes,
      Set<Buffer> written) {}

  /** Traces kept at a time: more are a sign that shapes change with every input. */
  static final int MOST_SIGNATURES = 64;

  private static final int ANY = -1;
  private static final System.Logger LOG = System.getLogger(Program.class.getName());

  private final Function<List<Tensor>, List<Tensor>> method;
  private final int arity;

  /** From the one that was not used for longest. */
  private final SequencedMap<Signature, Compiled> compiled = new LinkedHashMap<>(16, 0.75f, true);

  private boolean toldOfMany;
  private boolean tracing;
  private boolean open = true;

  private Program(int arity, Function<List<Tensor>, List<Tensor>> method) {
    this.arity = arity;
    this.method = method;
  }

  /** A program of one input and one result. */
  public static Program of(UnaryOperator<Tensor> method) {
    return new Program(1, x -> Collections.singletonList(method.apply(x.get(0))));
  }

  /** A program of two inputs and one result. */
  public static Program of(BinaryOperator<Tensor> method) {
    return new Program(2, x -> Collections.singletonList(method.apply(x.get(0), x.get(1))));
  }

  /** A program of any number of inputs and results. */
  public static Program ofMany(Function<List<Tensor>, List<Tensor>> method) {
    return new Program(ANY, method);
  }

  /**
   * Runs it and gives the first result.
   *
   * @throws IllegalArgumentException if the method takes another number of inputs
   * @throws IllegalStateException if the program is closed, runs inside a trace, or uses memory
   *     that was closed or written anew
   */
  public Tensor run(Tensor... inputs) {
    List<Tensor> results = runAll(inputs);
    if (results.isEmpty()) {
      throw new IllegalStateException("the program has no result to give; use runAll()");
    }
    return results.getFirst();
  }

  /** Runs it and gives all results. */
  public synchronized List<Tensor> runAll(Tensor... inputs) {
    Compiled c = compiledFor(inputs);
    c.captures.check();
    for (int i = 0; i < inputs.length; i++) {
      Buffer buffer = dense(inputs[i]).buffer();
      c.inputs[i] = c.written.contains(buffer) ? staged(c, i, inputs[i], buffer) : buffer;
    }
    // Also before the run: one that fails, or is read meanwhile, leaves half of its results.
    for (int i = 0; i < c.outputs.length; i++) {
      c.results.get(i).overwritten();
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
      throw new IllegalStateException("the program was used after it was closed; make another");
    }
    if (Trace.current() != null) {
      throw new IllegalStateException(
          "a program was run inside the trace of another; call its method there instead");
    }
    checkInputs(inputs);
    List<Shape> shapes = new ArrayList<>(inputs.length);
    List<DType> dtypes = new ArrayList<>(inputs.length);
    for (Tensor input : inputs) {
      shapes.add(input.shape());
      dtypes.add(input.dtype());
    }
    Signature signature = new Signature(Engine.backend(), shapes, dtypes);
    Compiled known = compiled.get(signature);
    if (known != null) {
      return known;
    }
    if (compiled.size() == MOST_SIGNATURES) {
      dropOldest(signature);
    }
    Compiled made = trace(signature);
    compiled.put(signature, made);
    return made;
  }

  private void checkInputs(Tensor... inputs) {
    if (arity != ANY && inputs.length != arity) {
      throw new IllegalArgumentException(
          "inputs of the program: it takes %d, got %d".formatted(arity, inputs.length));
    }
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i] == null) {
        throw new IllegalArgumentException("input " + i + " of the program is null");
      }
    }
  }

  private void dropOldest(Signature next) {
    if (!toldOfMany) {
      toldOfMany = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "a program was traced for more than {0} signatures, now {1}; those not used for longest"
              + " are dropped and traced again when needed: pad inputs to a few shapes",
          MOST_SIGNATURES,
          next);
    }
    close(compiled.pollFirstEntry().getValue());
  }

  private Compiled trace(Signature signature) {
    Trace trace = new Trace();
    long start = System.nanoTime();
    tracing = true;
    try {
      List<Node> results = new ArrayList<>();
      List<Tensor> arguments = new ArrayList<>();
      int count = signature.shapes.size();
      trace.record(
          () -> {
            List<Tensor> symbols = new ArrayList<>();
            for (int i = 0; i < count; i++) {
              Shape shape = signature.shapes.get(i);
              DType dtype = signature.dtypes.get(i);
              symbols.add(new Tensor(new Node(new Op.Argument(i), List.of(), shape, dtype)));
            }
            for (Tensor result : method.apply(symbols)) {
              if (result == null) {
                throw new IllegalStateException(
                    "the program's method gave null as result " + results.size());
              }
              results.add(result.node());
            }
            arguments.addAll(symbols);
          });
      Captures captures = Captures.of(trace, arguments, results);
      long traced = System.nanoTime();
      CompiledGraph graph =
          GraphCompiler.compile(signature.backend, results, trace.assigned(), count);
      long generating = graph.generatingNanos();
      long fusing = System.nanoTime() - traced - generating;
      Preparation preparation = new Preparation(traced - start, fusing, generating);
      return place(preparation, graph, trace, captures, results, count);
    } catch (RuntimeException | Error e) {
      trace.close();
      throw e;
    } finally {
      tracing = false;
    }
  }

  private static Compiled place(
      Preparation preparation,
      CompiledGraph graph,
      Trace trace,
      Captures captures,
      List<Node> results,
      int inputs) {
    Set<Buffer> written = new HashSet<>();
    trace.assigned().keySet().forEach(slot -> written.add(slot.storage().buffer()));
    Buffer[] outputs = new Buffer[results.size()];
    try {
      for (int i = 0; i < outputs.length; i++) {
        Node node = results.get(i);
        long bytes = node.elements() * node.dtype().bytes();
        outputs[i] = Buffer.allocate("result " + i + " of a program", bytes);
        written.add(outputs[i]);
      }
      return new Compiled(
          preparation,
          graph,
          trace,
          captures,
          Buffer.allocate("arena of a program", graph.arenaBytes()),
          new Buffer[inputs],
          new Buffer[inputs],
          outputs,
          Arrays.stream(outputs).map(Storage::new).toList(),
          List.copyOf(results),
          written);
    } catch (OutOfMemoryError e) {
      close(outputs);
      graph.close();
      throw e;
    }
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
    if (tracing) {
      throw new IllegalStateException("a program was closed inside its own trace");
    }
    open = false;
    compiled.values().forEach(Program::close);
    compiled.clear();
  }

  private static void close(Compiled c) {
    c.graph.close();
    c.arena.close();
    close(c.outputs);
    close(c.staged);
    c.trace.close();
  }

  private static void close(@Nullable Buffer[] buffers) {
    for (Buffer buffer : buffers) {
      if (buffer != null) {
        buffer.close();
      }
    }
  }
}
