package dev.simoom.kernels.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.ScalarOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Holds every kind of kernel on the SIMD backend against the reference; the system property {@code
 * simoom.oracle.cases} sets for how many random cases each.
 */
class KernelRegistryTest {
  private static final int CASES = Integer.getInteger("simoom.oracle.cases", 80);

  static final List<Class<?>> KERNELS = Arrays.asList(Kernel.class.getPermittedSubclasses());

  @ParameterizedTest
  @FieldSource("KERNELS")
  void everyKernelMatchesTheReference(Class<?> type) {
    assertThat(KernelCases.ALL.keySet().contains(type)).as("cases for %s", type).isTrue();
    for (int i = 0; i < CASES; i++) {
      long seed = 31L * type.getSimpleName().hashCode() + i;
      Case subject = KernelCases.ALL.get(type).apply(new Generator(seed));
      assertThat(subject.kernel()).isInstanceOf(type);
      check(subject, seed);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyScalarOperationMatchesOnSpecialValues(ScalarOp op) {
    for (DType type : List.of(DType.F32, DType.I32)) {
      boolean realOnly =
          switch (op) {
            case DIV, SQRT, EXP, LOG, TANH, SIN, COS, PACK_SIGNED, PACK_UNSIGNED -> true;
            default -> false;
          };
      if (type == DType.F32 || !realOnly) {
        check(LoopCases.special(op, type), 1);
      }
    }
  }

  @Test
  void randomLoopKernelsUseEveryOperationAndInstruction() {
    Set<ScalarOp> ops = EnumSet.noneOf(ScalarOp.class);
    List<Class<?>> instructions = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      Case subject = LoopCases.random(new Generator(31L * "LoopKernel".hashCode() + i));
      for (Instruction instruction : ((LoopKernel) subject.kernel()).body()) {
        instructions.add(instruction.getClass());
        if (instruction instanceof Instruction.Apply(ScalarOp op, List<Integer> arguments)) {
          ops.add(op);
        }
      }
    }
    assertThat(ops).containsExactlyInAnyOrder(ScalarOp.values());
    assertThat(instructions).contains(Instruction.class.getPermittedSubclasses());
  }

  private static void check(Case subject, long seed) {
    Oracle.check(subject, seed, Backend.simd(1), Backend.simd(2), Backend.simd(3));
  }
}
