package dev.simoom.tensor.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An order in which the units of a graph, single values at first, can be computed while more and
 * more of them are made one.
 *
 * <p>Two units can be one if no path leads from one to the other through a third. Such a path only
 * has units whose places lie between those of the two, and is sought from both ends in turns, so
 * that the search takes no longer than the easier direction: between a value of a network and one
 * of its gradient there may be most of the graph. What the easier direction has found when it ends
 * is then all that must move to another place.
 */
final class UnitOrder {
  private final long gap;
  private final NavigableMap<Long, Collection<Value>> units = new TreeMap<>();
  private final long[] places;
  private long visits;

  /**
   * @param values all values, each after its inputs, its number being its place in the list
   */
  UnitOrder(List<Value> values) {
    this(values, 1L << 32);
  }

  /**
   * @param gap distance between places at first: the smaller, the sooner all are numbered anew
   */
  UnitOrder(List<Value> values, long gap) {
    this.gap = gap;
    places = new long[values.size()];
    List<Collection<Value>> singles = new ArrayList<>();
    values.forEach(v -> singles.add(List.of(v)));
    number(singles);
  }

  private void number(List<Collection<Value>> sequence) {
    units.clear();
    for (int i = 0; i < sequence.size(); i++) {
      put(i * gap, sequence.get(i));
    }
  }

  private void put(long place, Collection<Value> unit) {
    units.put(place, unit);
    unit.forEach(v -> places[v.id] = place);
  }

  /** Units looked at so far. */
  long visits() {
    return visits;
  }

  /** Whether a path leads from a value's unit to another's through a third. */
  boolean leadsAround(Value from, Value to) {
    return places[from.id] < places[to.id] && new Search(places[from.id], places[to.id]).run();
  }

  /**
   * Makes the units of two values one, unless a path leads from one to the other through a third.
   */
  boolean join(Value a, Value b) {
    long first = Math.min(places[a.id], places[b.id]);
    long last = Math.max(places[a.id], places[b.id]);
    Search search = new Search(first, last);
    if (first == last || search.run()) {
      return first == last;
    }
    List<Value> both = new ArrayList<>(units.get(first));
    both.addAll(units.get(last));
    if (search.after.stack.isEmpty()) {
      units.remove(first);
      put(last, both);
      move(search.after.seen, last, true);
    } else {
      units.remove(last);
      put(first, both);
      move(search.before.seen, first, false);
    }
    return true;
  }

  /** Moves units next to a place, in their order. */
  private void move(Set<Long> moved, long to, boolean after) {
    if (moved.isEmpty()) {
      return;
    }
    List<Collection<Value>> sequence = new ArrayList<>();
    moved.forEach(place -> sequence.add(units.remove(place)));
    Long neighbour = after ? units.higherKey(to) : units.lowerKey(to);
    long room = neighbour == null ? gap * (moved.size() + 1) : Math.abs(neighbour - to);
    long step = room / (moved.size() + 1);
    if (step == 0) {
      List<Collection<Value>> all = new ArrayList<>(units.headMap(to, after).values());
      all.addAll(sequence);
      all.addAll(units.tailMap(to, !after).values());
      number(all);
      return;
    }
    long start = after ? to : to - step * (moved.size() + 1);
    for (int i = 0; i < sequence.size(); i++) {
      put(start + step * (i + 1), sequence.get(i));
    }
  }

  /** One direction of a search: the units found and those whose neighbours are not yet known. */
  private static final class Frontier {
    final Set<Long> seen = new TreeSet<>();
    final List<Long> stack = new ArrayList<>();
  }

  private final class Search {
    final long first;
    final long last;
    final Frontier after = new Frontier();
    final Frontier before = new Frontier();

    Search(long first, long last) {
      this.first = first;
      this.last = last;
    }

    boolean run() {
      boolean found = lookBack(last) || lookAhead(first);
      while (!found && !after.stack.isEmpty() && !before.stack.isEmpty()) {
        found = lookAhead(after.stack.removeLast()) || lookBack(before.stack.removeLast());
      }
      return found;
    }

    private boolean lookAhead(long place) {
      for (Value member : units.get(place)) {
        for (Value user : member.users) {
          if (user.id < places.length && found(places[user.id], after, before)) {
            return true;
          }
        }
      }
      return false;
    }

    private boolean lookBack(long place) {
      for (Value member : units.get(place)) {
        for (Value.Access input : member.inputs) {
          if (found(places[input.value().id], before, after)) {
            return true;
          }
        }
      }
      return false;
    }

    /** Notes a unit; whether the other direction has come there too. */
    private boolean found(long place, Frontier here, Frontier there) {
      visits++;
      if (place <= first || place >= last || !here.seen.add(place)) {
        return false;
      }
      here.stack.add(place);
      return there.seen.contains(place);
    }
  }
}
