package dev.simoom.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Buffers of all sizes, in small pages and in large ones. */
class BufferTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 64, 4095, (4 << 20) - 1, 4 << 20, (4 << 20) + 1, 9_999_999})
  void isZeroedAlignedAndWritableToItsEnd(long bytes) {
    long open = LiveBuffers.count();
    Buffer buffer = Buffer.allocate("x", bytes);
    assertThat(LiveBuffers.count()).isEqualTo(open + 1);
    assertThat(buffer.bytes()).isEqualTo(bytes);
    assertThat(buffer.segment().byteSize()).isEqualTo(bytes);
    assertThat(buffer.address() % Buffer.ALIGNMENT).isZero();
    for (long i : LongStream.range(0, bytes).filter(i -> i % 997 == 0).toArray()) {
      assertThat(buffer.segment().get(ValueLayout.JAVA_BYTE, i)).isZero();
    }
    buffer.segment().fill((byte) 7);
    if (bytes > 0) {
      assertThat(buffer.segment().get(ValueLayout.JAVA_BYTE, bytes - 1)).isEqualTo((byte) 7);
    }
    buffer.close();
    assertThat(LiveBuffers.count()).isEqualTo(open);
    assertThatThrownBy(buffer::segment)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'x'");
  }

  @Test
  void thePeakOutlivesItsBuffersUntilItIsRestarted() {
    LiveBuffers.restartPeak();
    long before = LiveBuffers.peak();
    assertThat(before).isEqualTo(LiveBuffers.bytes());
    Buffer first = Buffer.allocate("first", 1000);
    Buffer.allocate("second", 500).close();
    Buffer third = Buffer.allocate("third", 200);
    assertThat(LiveBuffers.peak()).isEqualTo(before + 1500);
    first.close();
    LiveBuffers.restartPeak();
    assertThat(LiveBuffers.peak()).isEqualTo(before + 200);
    third.close();
  }

  @Test
  void newerContentIsFetchedWhenTheMemoryIsAskedFor() {
    try (Buffer buffer = Buffer.allocate("x", 8)) {
      int[] fetched = new int[1];
      DeviceCopy copy =
          target -> {
            fetched[0]++;
            target.set(ValueLayout.JAVA_INT, 4, 17);
          };
      long before = buffer.version();
      buffer.supersededBy(copy);
      assertThat(buffer.isSupersededBy(copy)).isTrue();
      long superseded = buffer.version();
      assertThat(superseded).isNotEqualTo(before);
      assertThat(fetched[0]).isZero();
      assertThat(buffer.content().get(ValueLayout.JAVA_INT, 4)).isEqualTo(17);
      assertThat(buffer.content().isReadOnly()).isTrue();
      assertThat(buffer.version()).isEqualTo(superseded);
      assertThat(buffer.isSupersededBy(copy)).isFalse();
      buffer.segment();
      assertThat(buffer.version()).isNotEqualTo(superseded);
      assertThat(fetched[0]).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - (4 << 20), 1L << 60})
  void saysWhenThereIsNotSoMuchMemory(long bytes) {
    assertThatThrownBy(() -> Buffer.allocate("absurd", bytes))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessageContaining("absurd");
    assertThatThrownBy(() -> Buffer.collected("absurd", bytes))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessageContaining("absurd");
  }

  @Test
  void whatLivesIsListedWithWhoAskedForIt() {
    StackTraceElement own = new StackTraceElement("dev.simoom.kernels.Buffer", "allocate", "B", 1);
    StackTraceElement user = new StackTraceElement("org.example.Model", "create", "Model.java", 7);
    LiveBuffers.Entry entry = new LiveBuffers.Entry("weights", 4096, List.of(own, user, own));
    assertThat(entry.toString().strip())
        .isEqualTo("4,096 bytes  'weights', allocated at org.example.Model.create(Model.java:7)");
    try (Buffer buffer = Buffer.allocate("x", 8)) {
      assertThat(LiveBuffers.report())
          .contains("live buffers", "%,d bytes".formatted(LiveBuffers.bytes()))
          .contains("-Dsimoom.memory.trace=true");
      assertThat(buffer.isOpen()).isTrue();
    }
  }
}
