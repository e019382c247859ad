package dev.simoom.kernels.tornado.library;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Random;
import dev.simoom.kernels.Scan;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.TopK;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Room;
import dev.simoom.kernels.tornado.task.Task;
import java.util.List;

/** Turns launches of library kernels into tasks. */
public final class LibraryLowering {
  private static final int ITEMS = 256;

  private LibraryLowering() {}

  /**
   * The tasks of one launch, in their order; none where there is nothing to write.
   *
   * @throws UnsupportedOperationException if the kernel's operands or work items cannot be counted
   *     in 32 bits
   * @throws IllegalArgumentException for a loop kernel, which is generated
   */
  public static List<Task> lower(Kernel kernel, Room room) {
    return switch (kernel) {
      case LoopKernel k -> throw new IllegalArgumentException(k.name() + " is no library kernel");
      case MatMul k -> MatMulLowering.lower(k, room);
      case Attention k -> AttentionLowering.lower(k, room);
      case AttentionGradient k -> AttentionLowering.lower(k, room);
      case TopK k -> SparseLowering.lower(k, room);
      case SparseDecode k -> SparseLowering.lower(k, room);
      case SparseDot k -> SparseLowering.lower(k, room);
      case Gather k -> SparseLowering.lower(k, room);
      case ScatterAdd k -> ScatterAddLowering.lower(k, room);
      case Scan k -> ScanLowering.lower(k, room);
      case Random k -> random(k, room);
      case Copy k -> CopyLowering.lower(k, room);
    };
  }

  /**
   * Looks for indices outside a table, which the kernels themselves pass over.
   *
   * @param indices where they lie
   * @param count how many there are
   * @param entries rows of the table
   * @param result takes two integers: the lowest place of such an index, or -1 if there is none,
   *     and the index
   */
  public static Task indexCheck(Place indices, int count, int entries, Place result) {
    return SparseLowering.indexCheck(indices, count, entries, result);
  }

  private static List<Task> random(Random kernel, Room room) {
    if (kernel.elements() == 0) {
      return List.of();
    }
    int elements = new Sizes(kernel, room).of(kernel.elements());
    return List.of(
        new TemplateTask(
                kernel.name(), RandomCode.class, "randomNumbers", room.operand(0), room.operand(1))
            .with(elements, kernel.normal() ? 1 : 0, kernel.stream())
            .over(Grid.covering(Math.ceilDiv(elements, 4), ITEMS)));
  }
}
