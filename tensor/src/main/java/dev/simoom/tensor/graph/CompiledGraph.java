package dev.simoom.tensor.graph;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Slots;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A graph ready to run: launches, and what the slots of their operands are.
 *
 * <p>Slot 0 is the arena of intermediates, then come the arguments, the outputs, and the storages
 * known at compile time.
 */
public final class CompiledGraph implements AutoCloseable {
  private final List<Launch> launches;
  private final Executable executable;
  private final long generatingNanos;
  private final long arenaBytes;
  private final int arguments;
  private final Buffer[] slots;
  private final List<Storage> replaced;
  private final Supplier<String> explanation;

  CompiledGraph(
      Backend backend,
      List<Launch> launches,
      long arenaBytes,
      int arguments,
      int outputs,
      List<Storage> storages,
      List<Storage> replaced,
      Supplier<String> explanation) {
    this.launches = launches;
    long start = System.nanoTime();
    Set<Integer> inputs =
        IntStream.rangeClosed(1, arguments).boxed().collect(Collectors.toUnmodifiableSet());
    this.executable = backend.compile(launches, new Slots(Set.of(0), inputs));
    this.generatingNanos = System.nanoTime() - start;
    this.arenaBytes = arenaBytes;
    this.arguments = arguments;
    this.replaced = List.copyOf(replaced);
    this.explanation = explanation;
    this.slots = new Buffer[1 + arguments + outputs + storages.size()];
    for (int i = 0; i < storages.size(); i++) {
      slots[1 + arguments + outputs + i] = storages.get(i).buffer();
    }
  }

  /**
   * Runs it.
   *
   * @param arena room for intermediates, at least {@link #arenaBytes()}
   * @param inputs one buffer for each argument
   * @param outputs one buffer for each output
   */
  public synchronized void run(Buffer arena, Buffer[] inputs, Buffer[] outputs) {
    slots[0] = arena;
    System.arraycopy(inputs, 0, slots, 1, arguments);
    System.arraycopy(outputs, 0, slots, 1 + arguments, outputs.length);
    executable.run(slots);
    for (Storage storage : replaced) {
      storage.overwritten();
    }
  }

  /** The kernels in the order in which they run. */
  public List<Launch> launches() {
    return launches;
  }

  /** Nanoseconds that the backend took to compile the kernels. */
  public long generatingNanos() {
    return generatingNanos;
  }

  /** Bytes of memory for intermediates. */
  public long arenaBytes() {
    return arenaBytes;
  }

  /** What was fused and where it lies, for people. */
  public String explanation() {
    return explanation.get() + executable.explain();
  }

  /** Frees what the backend holds for it. */
  @Override
  public synchronized void close() {
    executable.close();
  }
}
