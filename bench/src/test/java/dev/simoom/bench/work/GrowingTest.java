package dev.simoom.bench.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.LiveBuffers;
import dev.simoom.tensor.Program;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class GrowingTest {
  private static final int SIZE = 80;

  @ParameterizedTest
  @EnumSource
  void anySizeIsFoundByItsName(Growing growing) {
    Work work = growing.of(SIZE);
    assertThat(work.name()).contains("80");
    assertThat(Works.named(work.name()).spec()).isEqualTo(work.spec());
    assertThat(growing.of(2 * SIZE).flops()).isGreaterThan(work.flops());
  }

  @Test
  void otherNamesAreNot() {
    assertThatThrownBy(() -> Works.named("matmul 0")).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(() -> Works.named("matmul -7")).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(() -> Works.named("matmul")).isInstanceOf(NoSuchElementException.class);
  }

  /** What is alive of a prepared program is its operands, its arena, and workspace beside them. */
  @ParameterizedTest
  @EnumSource
  void operandsAreThoseThatAreAllocated(Growing growing) {
    try (Prepared scratch = growing.of(SIZE).prepare()) {
      scratch.run();
    }
    long before = LiveBuffers.bytes();
    LiveBuffers.restartPeak();
    try (Prepared prepared = growing.of(SIZE).prepare()) {
      prepared.run();
      Program program = prepared.program().orElseThrow();
      long planned = growing.operandBytes(SIZE) + program.arenaBytes();
      assertThat(LiveBuffers.bytes() - before).isBetween(planned, planned + (8 << 20));
      assertThat(LiveBuffers.peak()).isGreaterThanOrEqualTo(LiveBuffers.bytes());
    }
    assertThat(LiveBuffers.bytes()).isEqualTo(before);
  }
}
