package dev.simoom.kernels.simd;

import dev.simoom.kernels.simd.LoopSchedule.Group;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes the method {@link LoopBody#run}: for each row it finds where the operands lie and calls
 * the methods of a pass's groups.
 *
 * <p>Addresses are found here and not in those methods for the compiler's sake. It counts how often
 * assumptions about classes have failed in all that it inlines, and behind an access to a segment
 * some always have; where they add up to a hundred it assumes nothing any more, and then never
 * learns of which class the vectors are that a loop carries along, and makes an object of each.
 */
final class RunEmitter {
  private static final int PASS = 1;
  private static final int FRAME = 2;
  private static final int ROWS = 4;
  private static final int COLUMN = 6;
  private static final int COUNT = 8;

  private final LoopSchedule schedule;
  private final LoopSlots slots;
  private final ClassDesc self;
  private final CodeBuilder code;
  private final VectorCode v;
  private final Map<Integer, Integer> addresses = new HashMap<>();

  RunEmitter(LoopSchedule schedule, LoopSlots slots, ClassDesc self, CodeBuilder code) {
    this.schedule = schedule;
    this.slots = slots;
    this.self = self;
    this.code = code;
    v = new VectorCode(code);
  }

  /** The name of a group's method. */
  static String name(int pass, int group, boolean tail) {
    return "pass" + pass + "group" + group + (tail ? "tail" : "");
  }

  /** Writes the method. */
  void write() {
    Label nextRow = code.newLabel();
    Label end = code.newLabel();
    int row = v.local(TypeKind.LONG);
    code.lconst_0().lstore(row);
    code.labelBinding(nextRow);
    code.lload(row).lload(ROWS).lcmp().ifge(end);
    openSlots(row);
    Label done = code.newLabel();
    for (int p = 0; p < schedule.passes.size(); p++) {
      Label nextPass = code.newLabel();
      code.iload(PASS).loadConstant(p).if_icmpne(nextPass);
      callGroups(p);
      code.goto_(done);
      code.labelBinding(nextPass);
    }
    if (!schedule.rowStores.isEmpty()) {
      call("rowStores", slots.ofRowStores());
    }
    code.labelBinding(done);
    code.lload(row).lconst_1().ladd().lstore(row);
    code.goto_(nextRow);
    code.labelBinding(end);
    code.return_();
  }

  private void callGroups(int pass) {
    List<Group> groups = schedule.passes.get(pass);
    for (int g = 0; g < groups.size(); g++) {
      List<Integer> needed = slots.of(groups.get(g));
      // With reductions the first method must run in any case: it resets the accumulators.
      boolean always = groups.get(g).items().stream().anyMatch(this::isRowReduction);
      Label tail = code.newLabel();
      if (!always) {
        code.iload(COUNT).loadConstant(Simd.LANES).if_icmplt(tail);
      }
      call(name(pass, g, false), needed);
      code.labelBinding(tail);
      Label done = code.newLabel();
      code.iload(COUNT).loadConstant(Simd.LANES - 1).iand().ifeq(done);
      call(name(pass, g, true), needed);
      code.labelBinding(done);
    }
  }

  private boolean isRowReduction(int i) {
    return schedule.structure.rowReductions().contains(i);
  }

  /**
   * Puts the addresses of all slots in a row into locals, of those with columns the address at the
   * first column. There is one place for all passes, since each access counts.
   */
  private void openSlots(int row) {
    Set<Integer> all = new TreeSet<>(slots.ofRowStores());
    schedule.passes.stream().flatMap(List::stream).map(slots::of).forEach(all::addAll);
    for (int slot : all) {
      code.lload(FRAME).loadConstant(LoopFrame.address(slot)).ladd();
      code.lload(row);
      if (slots.perColumn(slot)) {
        code.lload(COLUMN);
        v.scale(slots.type(slot));
      } else {
        code.lconst_0();
      }
      v.cell(
          "address",
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long);
      int local = v.local(TypeKind.LONG);
      code.lstore(local);
      addresses.put(slot, local);
    }
  }

  private void call(String method, List<Integer> needed) {
    code.lload(FRAME).lload(COLUMN).iload(COUNT);
    needed.forEach(slot -> code.lload(addresses.get(slot)));
    code.invokestatic(self, method, GroupEmitter.signature(needed));
  }
}
