package dev.simoom.kernels.tornado.library;

import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Room;
import dev.simoom.kernels.tornado.task.Task;
import java.util.ArrayList;
import java.util.List;

/** Chooses how rows are added into a table: few terms in one task, many sorted first. */
final class ScatterAddLowering {
  private static final int ITEMS = 256;

  /** Groups that a table is cut into, if it is large enough. */
  private static final int TABLE_GROUPS = 512;

  /** Blocks that terms are cut into: each group goes through the counts of all. */
  private static final int MOST_BLOCKS = 128;

  private static final int DIGIT_BITS = 8;

  private final ScatterAdd kernel;
  private final Room room;
  private final Sizes sizes;
  private final int entries;
  private final int width;
  private final int terms;
  private final int k;
  private final int weighted;
  private final Place values;
  private final Place indices;
  private final Place dense;
  private final Place out;

  private ScatterAddLowering(ScatterAdd kernel, Room room) {
    this.kernel = kernel;
    this.room = room;
    sizes = new Sizes(kernel, room);
    entries = sizes.of(kernel.entries());
    width = sizes.of(kernel.width());
    terms = sizes.of(kernel.rows() * kernel.k());
    k = sizes.of(kernel.k());
    weighted = kernel.weighted() ? 1 : 0;
    indices = room.operand(weighted);
    dense = room.operand(weighted + 1);
    out = room.operand(weighted + 2);
    values = kernel.weighted() ? room.operand(0) : dense;
  }

  static List<Task> lower(ScatterAdd kernel, Room room) {
    if (kernel.entries() == 0 || kernel.width() == 0) {
      return List.of();
    }
    ScatterAddLowering lowering = new ScatterAddLowering(kernel, room);
    return lowering.terms <= ScatterAddCode.TERMS ? List.of(lowering.few()) : lowering.sorted();
  }

  private Task few() {
    int columnBits = Math.min(8, SparseLowering.bits(width));
    int tiles = Math.ceilDiv(width, 1 << columnBits);
    int least = ITEMS >> columnBits;
    int most = ScatterAddCode.SUMS >> columnBits;
    int span = Math.clamp(Math.ceilDiv((long) entries * tiles, TABLE_GROUPS), least, most);
    return task("scatterAdd", ScatterAddCode.class, values, indices, dense, out)
        .with(terms, k, entries, width)
        .with(weighted, columnBits, span)
        .over(Grid.of(Math.multiplyExact(tiles, Math.ceilDiv(entries, span)), ITEMS));
  }

  private List<Task> sorted() {
    int span =
        Math.ceilDiv(Math.ceilDiv(terms, MOST_BLOCKS), SortedTermsCode.STRETCH)
            * SortedTermsCode.STRETCH;
    int blocks = Math.ceilDiv(terms, span);
    Place counts = scratch(ElementType.INT, (long) blocks << DIGIT_BITS);
    Place order = scratch(ElementType.INT, terms);
    Place other = scratch(ElementType.INT, terms);
    List<Task> tasks = new ArrayList<>();
    // Even a table of one entry takes a pass, which makes the list of all terms.
    int bits = Math.max(1, SparseLowering.bits(entries));
    for (int shift = 0; shift < bits; shift += DIGIT_BITS) {
      int unsorted = shift == 0 ? 1 : 0;
      Grid grid = Grid.of(blocks, ITEMS);
      tasks.add(
          sort("countDigits", indices, order, counts)
              .with(terms, entries, span, shift, unsorted)
              .over(grid));
      tasks.add(
          sort("placeTerms", indices, order, counts, other)
              .with(terms, entries, span, shift, unsorted, blocks)
              .over(grid));
      Place sorted = other;
      other = order;
      order = sorted;
    }
    Place starts = scratch(ElementType.INT, entries + 1L);
    Place factors = kernel.weighted() ? scratch(ElementType.FLOAT, terms) : dense;
    tasks.add(
        sort("listTerms", values, indices, order, starts, other, factors)
            .with(terms, k, entries, weighted)
            .over(Grid.covering(Math.max(terms, entries + 1L), ITEMS)));
    int lanes = SparseLowering.lanes(entries, width);
    tasks.add(
        sort("addTerms", starts, other, factors, dense, out)
            .with(entries, width, weighted, lanes)
            .over(Grid.covering((long) entries * lanes, ITEMS)));
    return tasks;
  }

  private Place scratch(ElementType type, long elements) {
    Place place = room.scratch(type, elements);
    sizes.of(place.offset() + elements);
    return place;
  }

  private TemplateTask sort(String method, Place... places) {
    return task(method, SortedTermsCode.class, places);
  }

  private TemplateTask task(String method, Class<?> owner, Place... places) {
    return new TemplateTask(kernel.name(), owner, method, places);
  }
}
