package dev.simoom.tensor.graph;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Runs operations as they are called, through the same compiler and kernels as traced programs;
 * what was compiled once is found again by the operation and the layouts of its inputs.
 */
public final class EagerExecutor {
  private static final int CACHED = 4096;

  /**
   * One node of the little graph that is run, its inputs by number; a stored input by its layout.
   */
  private record Step(Object what, List<Integer> inputs, Shape shape, DType dtype) {}

  private record Key(Backend backend, List<Step> steps, int outputs) {}

  private static final Map<Key, CompiledGraph> COMPILED =
      new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CompiledGraph> eldest) {
          boolean full = size() > CACHED;
          if (full) {
            eldest.getValue().close();
          }
          return full;
        }
      };

  /** Room for the intermediates of any one graph, since one runs at a time. */
  private static Buffer arena = Buffer.allocate("arena of eager operations", 0);

  private final List<Step> steps = new ArrayList<>();
  private final List<Node.Stored> arguments = new ArrayList<>();
  private final Map<Node, Integer> numbers = new IdentityHashMap<>();
  private final Map<Node, Node> symbolic = new IdentityHashMap<>();
  private final Node root;

  private EagerExecutor(Node root) {
    this.root = root;
  }

  /**
   * The value of a node. That of a constant is computed now and not kept with the node, which may
   * outlive the memory.
   *
   * @throws IllegalStateException if the node belongs to a trace, or its memory was written anew
   */
  public static Node.Stored stored(
      Backend backend, Node node, BiFunction<String, Long, Buffer> allocate) {
    Node.Stored stored = node.stored();
    if (stored != null) {
      checkUsable(node);
      return stored;
    }
    Node constant = new Node(node.op(), node.inputs(), node.shape(), node.dtype());
    execute(backend, List.of(constant), allocate);
    return constant.stored();
  }

  /**
   * Checks that the memory of a computed node still holds what was computed.
   *
   * @throws IllegalStateException if it was closed or written anew
   */
  public static void checkUsable(Node node) {
    Node.Stored stored = node.stored();
    if (stored != null) {
      checkUsable(node, stored);
    }
  }

  /**
   * Checks that memory still holds the value of a node.
   *
   * @throws IllegalStateException if it was closed or written anew
   */
  public static void checkUsable(Node node, Node.Stored stored) {
    Storage storage = stored.storage();
    if (!storage.buffer().isOpen()) {
      throw new IllegalStateException(
          node
              + " was used after '"
              + storage.buffer().name()
              + "', its memory, was closed with its scope, variable or program; keep() it in the"
              + " scope, or copy() it before");
    }
    if (stored.version() != storage.version()) {
      throw new IllegalStateException(
          node
              + " was read before '"
              + storage.buffer().name()
              + "' was written anew; read it again, or copy() it before");
    }
  }

  /**
   * Computes nodes whose inputs are computed or constant.
   *
   * @param nodes one node, or all results of one operation
   * @param allocate gives memory by name and size in bytes
   */
  public static void execute(
      Backend backend, List<Node> nodes, BiFunction<String, Long, Buffer> allocate) {
    EagerExecutor run = new EagerExecutor(nodes.getFirst());
    nodes.forEach(run::number);
    Key key = new Key(backend, List.copyOf(run.steps), nodes.size());
    synchronized (COMPILED) {
      CompiledGraph graph = COMPILED.get(key);
      if (graph == null) {
        List<Node> outputs = nodes.stream().map(run::symbol).toList();
        graph = GraphCompiler.compile(backend, outputs, Map.of(), run.arguments.size());
        COMPILED.put(key, graph);
      }
      run.run(graph, nodes, allocate);
    }
  }

  private void run(
      CompiledGraph graph, List<Node> nodes, BiFunction<String, Long, Buffer> allocate) {
    Buffer[] inputs = arguments.stream().map(a -> a.storage().buffer()).toArray(Buffer[]::new);
    Buffer[] outputs = new Buffer[nodes.size()];
    for (int i = 0; i < outputs.length; i++) {
      Node node = nodes.get(i);
      outputs[i] = allocate.apply(node.op().label(), node.elements() * node.dtype().bytes());
    }
    graph.run(arenaFor(graph), inputs, outputs);
    Reference.reachabilityFence(arguments);
    for (int i = 0; i < outputs.length; i++) {
      Layout dense = Layout.dense(nodes.get(i).shape());
      nodes.get(i).store(new Node.Stored(new Storage(outputs[i]), dense, 0));
    }
  }

  private static Buffer arenaFor(CompiledGraph graph) {
    if (arena.bytes() < graph.arenaBytes()) {
      arena.close();
      arena = Buffer.allocate("arena of eager operations", graph.arenaBytes());
    }
    return arena;
  }

  private int number(Node node) {
    Integer known = numbers.get(node);
    if (known != null) {
      return known;
    }
    Step step;
    Node.Stored stored = node.stored();
    if (stored != null) {
      checkUsable(node, stored);
      int argument = argument(stored);
      step = new Step(stored.layout(), List.of(argument), node.shape(), node.dtype());
    } else if (node.op() instanceof Op.Source) {
      throw new IllegalStateException(noNumbers(node));
    } else {
      List<Integer> inputs = node.inputs().stream().map(this::number).toList();
      step = new Step(node.op(), inputs, node.shape(), node.dtype());
    }
    steps.add(step);
    numbers.put(node, steps.size() - 1);
    return steps.size() - 1;
  }

  private String noNumbers(Node symbol) {
    String what =
        symbol == root
            ? symbol + " has no numbers here: it is"
            : root + " has no numbers here: it is computed from " + symbol + ",";
    return what
        + " a symbol of a traced program; make it a result of the program and look at that after a"
        + " run";
  }

  /** The number of a stored value's memory among the arguments. */
  private int argument(Node.Stored stored) {
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).storage() == stored.storage()) {
        return i;
      }
    }
    arguments.add(stored);
    return arguments.size() - 1;
  }

  /** The node with arguments in the place of stored values. */
  private Node symbol(Node node) {
    Node known = symbolic.get(node);
    if (known != null) {
      return known;
    }
    Node result;
    Node.Stored stored = node.stored();
    if (stored != null) {
      Op op = new Op.Window(argument(stored), stored.layout());
      result = new Node(op, List.of(), node.shape(), node.dtype());
    } else {
      List<Node> inputs = node.inputs().stream().map(this::symbol).toList();
      result = new Node(node.op(), inputs, node.shape(), node.dtype());
    }
    symbolic.put(node, result);
    return result;
  }
}
