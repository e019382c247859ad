package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The order of a loop kernel's work within one row: passes over the columns, each as one or more
 * groups of instructions.
 *
 * <p>A row reduction ends a pass, what depends on its result comes in a later one. A value needed
 * again in a later pass is computed again if that is cheap, otherwise kept in a scratch row. A long
 * pass is cut into groups that each become a loop of their own over a block of columns; values
 * cross between groups through scratch blocks. Values that are the same along a row belong to no
 * pass: each group computes those it needs before its loop. Stores of one element per row come
 * last.
 */
final class LoopSchedule {
  /** A value whose making weighs more than this is kept rather than made again. */
  private static final int CHEAP = 6;

  /** With more operations on row values than this they are treated like column values. */
  private static final int MOST_ROW_OPERATIONS = 40;

  /** Where a value is kept: in a row or a block of scratch memory. */
  record Place(boolean wholeRow, int number) {}

  /**
   * Instructions that form one loop over columns.
   *
   * @param items instructions that are carried out, in order
   * @param reload values taken from scratch memory
   * @param keep values put into scratch memory
   */
  record Group(List<Integer> items, Map<Integer, Place> reload, Map<Integer, Place> keep) {}

  final LoopStructure structure;
  final DType[] types;

  /** For each value whether groups compute it in their loops. */
  final boolean[] perColumn;

  /** Groups by pass. */
  final List<List<Group>> passes = new ArrayList<>();

  /** Stores of one element per row. */
  final List<Integer> rowStores = new ArrayList<>();

  private final List<Instruction> body;
  private final int[] level;
  private final int[] storePass;
  private int passCount;
  private List<TreeSet<Integer>> computed = List.of();
  private final Map<Integer, Place> rowPlaces = new HashMap<>();
  private List<TreeSet<Integer>> reloaded = List.of();
  private int blockPlaces;

  /**
   * Makes a schedule.
   *
   * @param groupWeight what one group may weigh, see {@link #weight}
   */
  LoopSchedule(LoopStructure structure, int groupWeight) {
    this.structure = structure;
    body = structure.body();
    types = structure.types();
    perColumn = perColumn();
    level = levels();
    storePass = level.clone();
    for (int i = 0; i < body.size(); i++) {
      if (isRowStore(i)) {
        rowStores.add(i);
      } else if (isRoot(i)) {
        passCount = Math.max(passCount, level[i] + 1);
      }
    }
    do {
      assign();
    } while (delayStores());
    for (int p = 0; p < passCount; p++) {
      PassCutter cutter = new PassCutter(this, work(p), keptBy(p), reloadedBy(p), groupWeight);
      passes.add(cutter.groups());
      blockPlaces = Math.max(blockPlaces, cutter.blockPlaces());
    }
  }

  /** Scratch rows. */
  int rowPlaces() {
    return rowPlaces.size();
  }

  /** Scratch blocks. */
  int blockPlaces() {
    return blockPlaces;
  }

  private boolean[] perColumn() {
    boolean[] varies = new boolean[body.size()];
    int rowOperations = 0;
    for (int i = 0; i < varies.length; i++) {
      switch (body.get(i)) {
        case Instruction.Load(int input) -> varies[i] = structure.inputs().get(input).perColumn();
        case Instruction.Index(int d) -> varies[i] = d == LoopStructure.COLUMN;
        case Instruction.Apply(var unused, List<Integer> arguments) -> {
          varies[i] = arguments.stream().anyMatch(a -> varies[a]);
          rowOperations += varies[i] ? 0 : weight(i);
        }
        default -> {}
      }
    }
    if (rowOperations > MOST_ROW_OPERATIONS) {
      for (int i = 0; i < varies.length; i++) {
        varies[i] |= body.get(i) instanceof Instruction.Apply;
      }
    }
    return varies;
  }

  private int[] levels() {
    int[] levels = new int[body.size()];
    for (int i = 0; i < levels.length; i++) {
      levels[i] =
          switch (body.get(i)) {
            case Instruction.Apply apply ->
                apply.arguments().stream().mapToInt(a -> resultLevel(levels, a)).max().orElse(0);
            case Instruction.RowReduce reduce -> resultLevel(levels, reduce.value());
            case Instruction.Store store -> resultLevel(levels, store.value());
            case Instruction.ColumnReduce reduce -> resultLevel(levels, reduce.value());
            default -> 0;
          };
    }
    return levels;
  }

  private int resultLevel(int[] levels, int value) {
    return levels[value] + (body.get(value) instanceof Instruction.RowReduce ? 1 : 0);
  }

  private boolean isRowStore(int i) {
    return body.get(i) instanceof Instruction.Store(int output, int unused)
        && !structure.outputs().get(output).perColumn();
  }

  private boolean isRoot(int i) {
    return switch (body.get(i)) {
      case Instruction.RowReduce unused -> true;
      case Instruction.ColumnReduce unused -> true;
      case Instruction.Store unused -> !isRowStore(i);
      default -> false;
    };
  }

  /** The values that an instruction uses. */
  static List<Integer> arguments(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Apply apply -> apply.arguments();
      case Instruction.Store store -> List.of(store.value());
      case Instruction.RowReduce reduce -> List.of(reduce.value());
      case Instruction.ColumnReduce reduce -> List.of(reduce.value());
      default -> List.of();
    };
  }

  /** Decides what each pass computes and what it takes from a scratch row. */
  private void assign() {
    computed = sets(passCount);
    reloaded = sets(passCount);
    rowPlaces.clear();
    int[] first = new int[body.size()];
    Arrays.fill(first, passCount);
    for (int p = 0; p < passCount; p++) {
      for (int i = 0; i < body.size(); i++) {
        if (isRoot(i) && storePass[i] == p) {
          need(arguments(body.get(i)).getFirst(), p, first);
        }
      }
    }
  }

  private static List<TreeSet<Integer>> sets(int count) {
    List<TreeSet<Integer>> sets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sets.add(new TreeSet<>());
    }
    return sets;
  }

  private void need(int value, int pass, int[] first) {
    if (!perColumn[value]
        || computed.get(pass).contains(value)
        || reloaded.get(pass).contains(value)) {
      return;
    }
    if (first[value] < pass && structure.spillRows() && effort(value, new TreeSet<>()) > CHEAP) {
      rowPlaces.computeIfAbsent(value, v -> new Place(true, rowPlaces.size()));
      reloaded.get(pass).add(value);
      return;
    }
    computed.get(pass).add(value);
    first[value] = Math.min(first[value], pass);
    if (body.get(value) instanceof Instruction.Apply apply) {
      apply.arguments().forEach(a -> need(a, pass, first));
    }
  }

  /** What it takes to make a value from memory, each part counted once. */
  private int effort(int value, TreeSet<Integer> seen) {
    if (!perColumn[value] || !seen.add(value)) {
      return 0;
    }
    if (body.get(value) instanceof Instruction.Apply(var op, List<Integer> arguments)) {
      int effort =
          switch (op) {
            case DIV, SQRT -> 8;
            default -> weight(value);
          };
      for (int a : arguments) {
        effort += effort(a, seen);
      }
      return effort;
    }
    return weight(value);
  }

  /** Moves stores behind the last pass that still reads what they may overwrite. */
  private boolean delayStores() {
    boolean moved = false;
    for (int i = 0; i < body.size(); i++) {
      if (body.get(i) instanceof Instruction.Store(int output, int unused) && !isRowStore(i)) {
        for (int p = passCount - 1; p > storePass[i]; p--) {
          if (computed.get(p).stream().anyMatch(v -> reads(v, output))) {
            storePass[i] = p;
            moved = true;
          }
        }
      }
    }
    return moved;
  }

  /** Whether a value is loaded from where an output may lie. */
  boolean reads(int value, int output) {
    return body.get(value) instanceof Instruction.Load(int input)
        && structure.overlaps().get(output).contains(input);
  }

  private TreeSet<Integer> work(int pass) {
    TreeSet<Integer> work = new TreeSet<>();
    for (int i = 0; i < body.size(); i++) {
      boolean root = isRoot(i) && storePass[i] == pass;
      boolean value = computed.get(pass).contains(i) && body.get(i) instanceof Instruction.Apply;
      if (root || value) {
        work.add(i);
      }
    }
    return work;
  }

  /** The values among these that later passes take from scratch rows, with their places. */
  private Map<Integer, Place> keptBy(int pass) {
    Map<Integer, Place> kept = new HashMap<>();
    rowPlaces.forEach(
        (value, place) -> {
          boolean earlier = computed.subList(0, pass).stream().anyMatch(c -> c.contains(value));
          if (computed.get(pass).contains(value) && !earlier) {
            kept.put(value, place);
          }
        });
    return kept;
  }

  private Map<Integer, Place> reloadedBy(int pass) {
    Map<Integer, Place> places = new HashMap<>();
    reloaded.get(pass).forEach(value -> places.put(value, rowPlaces.get(value)));
    return places;
  }

  /** Rough number of vector operations that an instruction takes. */
  int weight(int i) {
    return switch (body.get(i)) {
      case Instruction.Apply apply ->
          switch (apply.op()) {
            case EXP -> 18;
            case LOG -> 32;
            case SIN, COS -> 30;
            case TANH -> 36;
            case UNPACK_SIGNED, UNPACK_UNSIGNED -> 30;
            case PACK_SIGNED, PACK_UNSIGNED -> 40;
            default -> 1;
          };
      case Instruction.Load(int input) -> conversion(structure.inputs().get(input).type());
      case Instruction.Store(int output, int unused) ->
          1 + conversion(structure.outputs().get(output).type());
      case Instruction.RowReduce unused -> 2;
      case Instruction.ColumnReduce unused -> 3;
      default -> 1;
    };
  }

  private static int conversion(DType type) {
    return switch (type) {
      case F16 -> 14;
      case BF16 -> 5;
      default -> 1;
    };
  }
}
