package dev.simoom.kernels.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Kernel;
import java.util.List;
import jdk.incubator.vector.ByteVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiled kernels allocate nothing: a vector that is boxed shows in no result, but is ten to a
 * hundred times slower.
 */
@Tag("once")
class AllocationTest {
  private static final long PATIENCE = 60_000_000_000L;
  private static final long CANARY_PATIENCE = 2_000_000_000L;

  /** Where the canary puts its vectors, so that they must exist as objects. */
  private static final Object[] ESCAPE = new Object[1];

  static List<Kernel> kernels() {
    return TypicalKernels.all();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aCompiledKernelAllocatesNothing(Kernel kernel) {
    try (Prepared prepared = new Prepared(kernel, Backend.simd(1))) {
      assertThat(Allocations.perCall(prepared::run, PATIENCE)).as(kernel.name()).isZero();
    }
  }

  @Test
  void aVectorThatEscapesIsNoticed() {
    byte[] data = new byte[64];
    Runnable canary =
        () -> {
          ByteVector vector = ByteVector.fromArray(ByteVector.SPECIES_128, data, 0);
          ESCAPE[0] = vector.add((byte) 1);
        };
    assertThat(Allocations.perCall(canary, CANARY_PATIENCE)).isPositive();
  }
}
