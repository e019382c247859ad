package dev.simoom.kernels.simd;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.Map;
import java.util.Set;

/**
 * How many virtual registers the first compiler tier needs for a method of vector calls.
 *
 * <p>That tier inlines what lies behind each call of the Vector API, gives every value in it a
 * register of its own and stops at 10,000. A method it gives up on may stay interpreted for good.
 * The numbers were found by writing methods of more and more calls of one kind until the compiler
 * (JDK 25) reported {@code out of virtual registers}, and rounding up.
 */
final class MethodCost {
  /**
   * What a method may cost: well below the compiler's limit, since what it inlines, and with it the
   * true cost, depends a little on what has been linked before.
   */
  static final int LIMIT = 6000;

  private static final Map<String, Integer> CALLS =
      Map.of(
          "fromMemorySegment", 140,
          "intoMemorySegment", 150,
          "broadcast", 35,
          "maskAll", 45,
          "addIndex", 35,
          "lanewise", 30);

  private static final int VECTOR_CALL = 25;

  /** Methods of {@link Cells} that stay calls; the others are inlined. */
  private static final Set<String> OUT_OF_LINE = Set.of("address", "real", "readable", "copyPart");

  private static final int CELL = 200;

  private MethodCost() {}

  /** The cost of the dearest method of a class. */
  static int dearest(byte[] classFile) {
    return ClassFile.of().parse(classFile).methods().stream()
        .map(MethodModel::code)
        .flatMap(java.util.Optional::stream)
        .mapToInt(MethodCost::of)
        .max()
        .orElse(0);
  }

  private static int of(CodeModel code) {
    int sum = 0;
    for (CodeElement element : code) {
      sum +=
          switch (element) {
            case InvokeInstruction call ->
                call(call.owner().asInternalName(), call.name().stringValue());
            case Instruction unused -> 1;
            default -> 0;
          };
    }
    return sum;
  }

  private static int call(String owner, String name) {
    if (owner.endsWith("/Cells")) {
      return OUT_OF_LINE.contains(name) ? 10 : CELL;
    }
    return owner.startsWith("jdk/incubator/vector/") ? CALLS.getOrDefault(name, VECTOR_CALL) : 10;
  }
}
