package dev.simoom.kernels.simd;

import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.simd.LoopSchedule.Group;
import dev.simoom.kernels.simd.LoopSchedule.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Cuts one pass into groups of bounded weight, in the order of the body.
 *
 * <p>Loads are repeated in each group that uses them, unless a store in an earlier group may have
 * overwritten what they read.
 */
final class PassCutter {
  private final LoopSchedule schedule;
  private final List<Instruction> body;
  private final TreeSet<Integer> work;
  private final Map<Integer, Place> kept;
  private final Map<Integer, Place> reloaded;
  private final Map<Integer, Integer> maker = new HashMap<>();
  private final Map<Integer, Place> blocks = new HashMap<>();
  private final List<TreeSet<Integer>> items = new ArrayList<>();
  private final List<Map<Integer, Place>> reload = new ArrayList<>();
  private final List<Map<Integer, Place>> keep = new ArrayList<>();

  /**
   * Cuts a pass.
   *
   * @param work operations, stores and reductions of the pass
   * @param kept values that later passes take from scratch rows
   * @param reloaded values that this pass takes from scratch rows
   * @param groupWeight what one group may weigh
   */
  PassCutter(
      LoopSchedule schedule,
      TreeSet<Integer> work,
      Map<Integer, Place> kept,
      Map<Integer, Place> reloaded,
      int groupWeight) {
    this.schedule = schedule;
    body = schedule.structure.body();
    this.work = work;
    this.kept = kept;
    this.reloaded = reloaded;
    distribute(groupWeight);
    for (int g = 0; g < items.size(); g++) {
      for (int i : List.copyOf(items.get(g))) {
        LoopSchedule.arguments(body.get(i)).forEach(value -> provide(value, groupOf(i)));
      }
    }
    kept.forEach((value, place) -> keep.get(maker.get(value)).put(value, place));
  }

  List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    for (int g = 0; g < items.size(); g++) {
      groups.add(new Group(List.copyOf(items.get(g)), reload.get(g), keep.get(g)));
    }
    return groups;
  }

  int blockPlaces() {
    return blocks.size();
  }

  private void distribute(int groupWeight) {
    int total = work.stream().mapToInt(schedule::weight).sum();
    int target = total / Math.max(1, (total + groupWeight - 1) / groupWeight) + 1;
    int sum = 0;
    for (int i : work) {
      int weight = schedule.weight(i);
      if (items.isEmpty() || (sum > 0 && sum + weight > target)) {
        items.add(new TreeSet<>());
        reload.add(new HashMap<>());
        keep.add(new HashMap<>());
        sum = 0;
      }
      items.getLast().add(i);
      maker.put(i, items.size() - 1);
      sum += weight;
    }
  }

  private int groupOf(int item) {
    return maker.get(item);
  }

  /** Makes sure that a group has a value. */
  private void provide(int value, int group) {
    if (!schedule.perColumn[value]) {
      return;
    }
    if (reloaded.containsKey(value)) {
      reload.get(group).put(value, reloaded.get(value));
      return;
    }
    boolean load = !(body.get(value) instanceof Instruction.Apply);
    int overwritten = load ? groupThatOverwrites(value) : group;
    int made = maker.computeIfAbsent(value, v -> Math.min(group, overwritten));
    if (load && overwritten >= group) {
      items.get(group).add(value);
    } else if (made != group) {
      if (load) {
        items.get(made).add(value);
      }
      Place place = kept.get(value);
      if (place == null) {
        place = blocks.computeIfAbsent(value, v -> new Place(false, blocks.size()));
      }
      keep.get(made).put(value, place);
      reload.get(group).put(value, place);
    }
  }

  /** The first group with a store that may overwrite what a load reads, or a large number. */
  private int groupThatOverwrites(int value) {
    return work.stream()
        .filter(
            i ->
                i > value
                    && body.get(i) instanceof Instruction.Store(int output, int unused)
                    && schedule.reads(value, output))
        .mapToInt(this::groupOf)
        .min()
        .orElse(Integer.MAX_VALUE);
  }
}
