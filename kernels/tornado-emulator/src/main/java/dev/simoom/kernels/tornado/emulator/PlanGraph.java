package dev.simoom.kernels.tornado.emulator;

import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** A graph in a plan, and the device arrays that it knows. */
final class PlanGraph {
  private final Graph graph;
  private final DeviceMemory memory;
  private final Map<Object, DeviceCopy> copies = new IdentityHashMap<>();
  private final Set<Object> kept = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean ran;

  PlanGraph(Graph graph, DeviceMemory memory) {
    this.graph = graph;
    this.memory = memory;
    graph.consumed().forEach(consumed -> kept.add(consumed.array()));
    for (Graph.Transfer transfer : graph.toDevice()) {
      if (transfer.mode() == DataTransferMode.FIRST_EXECUTION) {
        kept.add(transfer.array());
      }
    }
    for (Graph.Transfer transfer : graph.toHost()) {
      if (transfer.mode() == DataTransferMode.UNDER_DEMAND) {
        kept.add(transfer.array());
      }
    }
  }

  List<Graph.Task> tasks() {
    return graph.tasks();
  }

  /**
   * Takes over arrays from the graph that ran before: those that it is named for or, where it is
   * named for none, all that this graph consumes.
   */
  void takeOver(@Nullable PlanGraph last) {
    if (last == null || last == this) {
      return;
    }
    boolean named = graph.consumed().stream().anyMatch(c -> c.graph().equals(last.graph.name()));
    for (Graph.Consumed consumed : graph.consumed()) {
      if (!named || consumed.graph().equals(last.graph.name())) {
        DeviceCopy copy = last.copies.get(consumed.array());
        if (copy == null) {
          copies.remove(consumed.array());
        } else {
          copies.put(consumed.array(), copy);
        }
      }
    }
  }

  /** The device's copy of an argument. */
  DeviceCopy copyOf(TornadoNativeArray array) {
    DeviceCopy copy = copies.get(array);
    if (copy != null) {
      return copy;
    }
    if (graph.consumed().stream().anyMatch(c -> c.array() == array)) {
      throw new NullPointerException(
          "graph " + graph.name() + " consumes an array that the graph before did not leave");
    }
    DeviceCopy fresh = memory.allocate(array);
    copies.put(array, fresh);
    return fresh;
  }

  void copyIn(Counter counter) {
    for (Graph.Transfer transfer : graph.toDevice()) {
      if (transfer.mode() == DataTransferMode.EVERY_EXECUTION || !ran) {
        TornadoNativeArray host = (TornadoNativeArray) transfer.array();
        long start = System.nanoTime();
        copyOf(host).array().getSegment().copyFrom(host.getSegment());
        counter.copiedIn(host.getNumBytesOfSegmentWithHeader(), System.nanoTime() - start);
      }
    }
    ran = true;
  }

  /** Copies what each execution brings to the host, and frees what nobody keeps. */
  void copyOut(Counter counter) {
    for (Graph.Transfer transfer : graph.toHost()) {
      if (transfer.mode() == DataTransferMode.EVERY_EXECUTION) {
        copyOut(transfer.array(), 0, Long.MAX_VALUE, counter);
      }
    }
    copies
        .entrySet()
        .removeIf(
            entry -> {
              boolean freed = !kept.contains(entry.getKey());
              if (freed) {
                memory.free(entry.getValue());
              }
              return freed;
            });
  }

  boolean holds(Object array) {
    return copies.containsKey(array);
  }

  void copyOut(Object array, long offset, long bytes, Counter counter) {
    if (!(array instanceof TornadoNativeArray host)) {
      throw new TornadoRuntimeException("no array: " + array);
    }
    long start = System.nanoTime();
    MemorySegment from = copyOf(host).array().getSegment();
    long size = Math.min(bytes, from.byteSize() - offset);
    MemorySegment.copy(from, offset, host.getSegment(), offset, size);
    counter.copiedOut(size, System.nanoTime() - start);
  }

  void free() {
    copies.values().forEach(memory::free);
    copies.clear();
    ran = false;
  }
}
