package dev.simoom.kernels.tornado.memory;

import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.tornado.task.ElementType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a launch list does with one of its slots. */
final class SlotUse {
  private final Map<ElementType, Spans> touched = new EnumMap<>(ElementType.class);
  private final Spans written = new Spans();
  private boolean writes;
  private boolean needsContent;
  private long bytes;

  private SlotUse() {}

  /** Follows the launches in order; one use for each slot, unused slots included. */
  static List<SlotUse> of(List<Launch> launches) {
    List<SlotUse> uses = new ArrayList<>();
    for (Launch launch : launches) {
      List<Port> ports = launch.kernel().ports();
      for (int p = 0; p < ports.size(); p++) {
        Operand operand = launch.operands().get(p);
        while (uses.size() <= operand.slot()) {
          uses.add(new SlotUse());
        }
        uses.get(operand.slot()).note(launch.kernel(), p, ports.get(p), operand.offset());
      }
    }
    return uses;
  }

  private void note(Kernel kernel, int number, Port port, long offset) {
    Span span = new Span(offset, offset + port.bytes());
    bytes = Math.max(bytes, span.to());
    touched.computeIfAbsent(ElementType.of(port.type()), t -> new Spans()).add(span);
    if (!port.output()) {
      needsContent |= !written.covers(span);
    } else if (!span.isEmpty()) {
      writes = true;
      if (Density.isDense(kernel, number)) {
        written.add(span);
      } else {
        // What lies in the gaps stays.
        needsContent |= !written.covers(span);
      }
    }
  }

  /** The bytes that are read or written as elements of each type. */
  Map<ElementType, Spans> touched() {
    return touched;
  }

  /** How far the slot is used. */
  long bytes() {
    return bytes;
  }

  boolean writes() {
    return writes;
  }

  /** Whether a run needs what the slot held before, in whole or in part. */
  boolean needsContent() {
    return needsContent || !written.covers(new Span(0, bytes));
  }
}
