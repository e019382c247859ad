package dev.simoom.tensor.graph;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.tensor.graph.MemoryPlan.Piece;
import dev.simoom.tensor.graph.Value.Access;
import dev.simoom.tensor.graph.Value.Leaf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives every value a place: outputs and variables their own, parts of a concatenation their piece
 * of the whole, all others room in the arena for as long as they are needed.
 */
final class Placement implements Unit.Places {
  private final GraphReader reader;
  private final List<Unit> units;
  private final List<Value> outputs;
  private final Map<StateSlot, Value> replacements;
  private final Map<Value, Integer> stepOf = new IdentityHashMap<>();
  private final Map<Value, Operand> fixed = new IdentityHashMap<>();
  private final Map<Value, Piece> pieces = new IdentityHashMap<>();
  private final Map<Value, Value> wholeOf = new IdentityHashMap<>();
  private final Map<Value, Long> offsetInWhole = new IdentityHashMap<>();
  private final List<Storage> storages = new ArrayList<>();
  private final Map<Storage, Integer> storageSlots = new IdentityHashMap<>();
  private final List<StateSlot> copiedBack = new ArrayList<>();
  private int firstStorageSlot;

  Placement(
      GraphReader reader,
      List<Unit> units,
      List<Value> outputs,
      Map<StateSlot, Value> replacements) {
    this.reader = reader;
    this.units = units;
    this.outputs = outputs;
    this.replacements = replacements;
    for (int i = 0; i < units.size(); i++) {
      for (Value value : units.get(i).writes()) {
        stepOf.put(value, i);
      }
    }
  }

  CompiledGraph compile(Backend backend, int arguments) {
    firstStorageSlot = 1 + arguments + outputs.size();
    for (int i = 0; i < outputs.size(); i++) {
      fixed.put(outputs.get(i), new Operand(1 + arguments + i, 0));
    }
    replacements.forEach(this::placeReplacement);
    placeParts();
    long arenaBytes = placePieces();
    List<Launch> launches = new ArrayList<>();
    List<Unit> unitOf = new ArrayList<>();
    for (Unit unit : units) {
      for (Launch launch : unit.launches().apply(this)) {
        launches.add(launch);
        unitOf.add(unit);
      }
    }
    for (StateSlot slot : copiedBack) {
      Value value = replacements.get(slot);
      Access source = new Access(value, Layout.dense(value.shape));
      launches.add(LibraryUnits.copyTo(source, Layout.dense(value.shape), inStorage(slot), this));
      unitOf.add(null);
    }
    Set<Storage> replaced = new HashSet<>();
    replacements.keySet().forEach(s -> replaced.add(s.storage()));
    return new CompiledGraph(
        backend,
        launches,
        arenaBytes,
        arguments,
        outputs.size(),
        storages,
        List.copyOf(replaced),
        () -> explain(launches, unitOf, arenaBytes));
  }

  // ---------------------------------------------------------------- variables

  private Operand inStorage(StateSlot slot) {
    return new Operand(storageSlot(slot.storage()), slot.offset() * slot.dtype().bytes());
  }

  private int storageSlot(Storage storage) {
    return storageSlots.computeIfAbsent(
        storage,
        s -> {
          storages.add(s);
          return firstStorageSlot + storages.size() - 1;
        });
  }

  private void placeReplacement(StateSlot slot, Value value) {
    if (canWriteInPlace(slot, value)) {
      fixed.put(value, inStorage(slot));
    } else {
      copiedBack.add(slot);
    }
  }

  /** Whether nobody needs the old content once the new one is written. */
  private boolean canWriteInPlace(StateSlot slot, Value value) {
    Integer written = stepOf.get(value);
    if (written == null) {
      return false;
    }
    for (int step = written; step < units.size(); step++) {
      for (Access read : units.get(step).reads()) {
        if (!reads(read, slot)) {
          continue;
        }
        boolean updates =
            step == written && isWhole(read, slot) && units.get(step).mayUpdate().test(read, value);
        if (!updates) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean reads(Access access, StateSlot slot) {
    boolean same =
        access.value().kind == Value.Kind.LEAF
            && reader.leaf(access.value()) instanceof Leaf.Memory(Storage storage)
            && storage == slot.storage();
    if (!same) {
      return false;
    }
    Layout layout = access.layout();
    long last = layout.offset();
    for (int i = 0; i < layout.shape().rank(); i++) {
      last += (layout.shape().extent(i) - 1) * layout.strides().get(i);
    }
    return layout.offset() < slot.offset() + slot.shape().elements() && slot.offset() <= last;
  }

  private static boolean isWhole(Access access, StateSlot slot) {
    return access.layout().offset() == slot.offset()
        && access.layout().shape().elements() == slot.shape().elements()
        && LibraryUnits.isPacked(access.layout());
  }

  // ---------------------------------------------------------------- the arena

  /** Lets the parts of concatenations be computed in place. */
  private void placeParts() {
    for (Unit unit : units) {
      Value whole = unit.writes().getFirst();
      boolean unbroken =
          whole.op instanceof Op.Concat(int axis)
              && Concatenation.isUnbroken(whole.shape, axis)
              && !replacements.containsValue(whole);
      if (!unbroken) {
        continue;
      }
      int axis = ((Op.Concat) whole.op).axis();
      for (int i = 0; i < whole.inputs.size(); i++) {
        Access part = whole.inputs.get(i);
        Value value = part.value();
        boolean free =
            part.isDense()
                && stepOf.containsKey(value)
                && !fixed.containsKey(value)
                && !replacements.containsValue(value)
                && !wholeOf.containsKey(value);
        if (free) {
          wholeOf.put(value, whole);
          offsetInWhole.put(
              value, Concatenation.region(whole, axis, i).offset() * whole.dtype.bytes());
        }
      }
    }
  }

  private long placePieces() {
    for (int step = 0; step < units.size(); step++) {
      for (Value value : units.get(step).writes()) {
        need(value, step);
      }
      for (Access read : units.get(step).reads()) {
        need(read.value(), step);
      }
    }
    for (StateSlot slot : copiedBack) {
      need(replacements.get(slot), units.size());
    }
    return MemoryPlan.place(List.copyOf(pieces.values()));
  }

  private void need(Value value, int step) {
    Value whole = wholeOf.get(value);
    if (whole != null) {
      need(whole, step);
    } else if (!fixed.containsKey(value) && value.kind != Value.Kind.LEAF) {
      pieces.computeIfAbsent(value, v -> new Piece(v.bytes(), step)).neededAt(step);
    }
  }

  @Override
  public Operand of(Value value) {
    Operand place = fixed.get(value);
    if (place != null) {
      return place;
    }
    Value whole = wholeOf.get(value);
    if (whole != null) {
      Operand start = of(whole);
      return new Operand(start.slot(), start.offset() + offsetInWhole.get(value));
    }
    if (value.kind == Value.Kind.LEAF) {
      return switch (reader.leaf(value)) {
        case Leaf.Argument(int index) -> new Operand(1 + index, 0);
        case Leaf.Memory(Storage storage) -> new Operand(storageSlot(storage), 0);
      };
    }
    Piece piece = pieces.get(value);
    if (piece == null) {
      throw new IllegalStateException(value + " is read but never computed");
    }
    return new Operand(0, piece.offset);
  }

  // ---------------------------------------------------------------- for people

  /** Where a value is written, in words. */
  private String place(Value value) {
    Value whole = wholeOf.get(value);
    if (whole != null) {
      return "its part of %" + whole.id;
    }
    int output = outputs.indexOf(value);
    if (output >= 0) {
      return "result " + output;
    }
    return replacements.entrySet().stream()
        .filter(e -> e.getValue() == value && fixed.containsKey(value))
        .map(e -> "variable '" + e.getKey().name() + "', in place")
        .findFirst()
        .orElse("arena");
  }

  private String explain(List<Launch> launches, List<Unit> unitOf, long arenaBytes) {
    Explanation explanation = new Explanation();
    int copies = 0;
    for (int i = 0; i < launches.size(); i++) {
      Unit unit = unitOf.get(i);
      if (unit == null) {
        StateSlot slot = copiedBack.get(copies++);
        explanation.copyBack(i, launches.get(i), replacements.get(slot), slot);
      } else {
        explanation.kernel(i, launches.get(i), unit, this::place);
      }
    }
    explanation.arena(arenaBytes, pieces);
    return explanation.toString();
  }
}
