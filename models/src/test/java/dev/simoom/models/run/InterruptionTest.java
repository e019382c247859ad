package dev.simoom.models.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InterruptionTest {
  @Test
  void isRequestedOnceTheConditionHeldAndStaysSo() {
    AtomicInteger asked = new AtomicInteger();
    try (Interruption interruption = Interruption.when(() -> asked.incrementAndGet() == 2)) {
      assertThat(interruption.isRequested()).isFalse();
      assertThat(interruption.isRequested()).isTrue();
      assertThat(interruption.isRequested()).isTrue();
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void saysFarewellOnce() {
    AtomicInteger said = new AtomicInteger();
    try (Interruption interruption = Interruption.listen(said::incrementAndGet)) {
      interruption.request();
      assertThat(interruption.isRequested()).isTrue();
      interruption.sayFarewell();
      interruption.sayFarewell();
    }
    assertThat(said).hasValue(1);
  }
}
