package dev.simoom.kernels.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.oracle.Case;
import dev.simoom.kernels.oracle.Generator;
import dev.simoom.kernels.oracle.KernelCases;
import dev.simoom.kernels.oracle.LoopCases;
import dev.simoom.kernels.oracle.Oracle;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Holds every kind of kernel on a device against the reference; the system property {@code
 * simoom.oracle.cases} sets for how many random cases each.
 */
class DeviceRegistryTest {
  private static final int CASES = Integer.getInteger("simoom.oracle.cases", 20);

  static final List<Class<?>> KERNELS = Arrays.asList(Kernel.class.getPermittedSubclasses());

  @ParameterizedTest
  @FieldSource("KERNELS")
  void everyKernelMatchesTheReference(Class<?> type) {
    for (int i = 0; i < CASES; i++) {
      long seed = 31L * type.getSimpleName().hashCode() + i;
      Case subject = KernelCases.ALL.get(type).apply(new Generator(seed));
      assertThat(subject.kernel()).isInstanceOf(type);
      Oracle.check(subject, seed, Devices.first());
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyScalarOperationMatchesOnSpecialValues(ScalarOp op) {
    Oracle.check(LoopCases.special(op, DType.F32), 1, Devices.first());
    if (takesIntegers(op)) {
      Oracle.check(LoopCases.special(op, DType.I32), 1, Devices.first());
    }
  }

  private static boolean takesIntegers(ScalarOp op) {
    return switch (op) {
      case DIV, SQRT, EXP, LOG, TANH, SIN, COS, PACK_SIGNED, PACK_UNSIGNED -> false;
      default -> true;
    };
  }
}
