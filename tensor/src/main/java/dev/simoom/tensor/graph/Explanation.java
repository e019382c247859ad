package dev.simoom.tensor.graph;

import dev.simoom.kernels.Launch;
import dev.simoom.tensor.graph.MemoryPlan.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Kernels and memory plan of a compiled graph, for people. */
final class Explanation {
  private final List<String> kernels = new ArrayList<>();
  private final List<String> memory = new ArrayList<>();

  /** A kernel, the operations in it, and where it writes what. */
  void kernel(int number, Launch launch, Unit unit, Function<Value, String> place) {
    line(
        number,
        launch,
        String.join(" ", unit.operations()),
        unit.writes().stream()
            .map(value -> name(value) + " to " + place.apply(value))
            .collect(Collectors.joining("; ")));
  }

  /** A variable whose old content was still needed when the new one was computed. */
  void copyBack(int number, Launch launch, Value value, StateSlot slot) {
    line(
        number,
        launch,
        "copy",
        name(value) + " to variable '" + slot.name() + "', whose old content was needed until now");
  }

  private void line(int number, Launch launch, String operations, String writes) {
    kernels.add(
        "%4d  %-32s %s%n%40s-> %s%n"
            .formatted(number, launch.kernel().name(), operations, "", writes));
  }

  private static String name(Value value) {
    return "%" + value.id + " " + value.dtype + value.shape;
  }

  /** The intermediates' places. */
  void arena(long bytes, Map<Value, Piece> pieces) {
    long unshared = pieces.values().stream().mapToLong(p -> p.bytes).sum();
    memory.add(
        "Memory: %,d bytes for %d intermediates, which take %,d bytes together%n"
            .formatted(bytes, pieces.size(), unshared));
    pieces.entrySet().stream()
        .sorted(
            Comparator.comparingInt((Map.Entry<Value, Piece> e) -> e.getValue().from)
                .thenComparingLong(e -> e.getValue().offset))
        .forEach(
            e -> {
              Piece piece = e.getValue();
              memory.add(
                  "  bytes %,d to %,d, from step %d to %d: %s%n"
                      .formatted(
                          piece.offset,
                          piece.offset + piece.bytes,
                          piece.from,
                          piece.to,
                          name(e.getKey())));
            });
  }

  @Override
  public String toString() {
    return "%d kernels: number, name, operations fused into it -> values it writes%n"
            .formatted(kernels.size())
        + String.join("", kernels)
        + String.join("", memory);
  }
}
