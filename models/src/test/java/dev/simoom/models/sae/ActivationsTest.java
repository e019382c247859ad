package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Activations on their way from files into batches. */
class ActivationsTest {
  private static final int WIDTH = 3;

  @TempDir Path folder;

  /** Row i is (i, -i, i / 2); small enough to be exact in every type. */
  private static Tensor numbered(int rows) {
    float[] x = new float[rows * WIDTH];
    for (int i = 0; i < rows; i++) {
      x[i * WIDTH] = i;
      x[i * WIDTH + 1] = -i;
      x[i * WIDTH + 2] = i / 2f;
    }
    return Tensor.of(Shape.of(rows, WIDTH), x);
  }

  private static SafetensorsWriter add(
      SafetensorsWriter writer, String name, Tensor tensor, Shape shape) {
    return writer.add(name, tensor.dtype(), shape, tensor.contiguousSegment());
  }

  private static int[] ids(float[] rows) {
    int[] ids = new int[rows.length / WIDTH];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) rows[i * WIDTH];
      assertThat(rows[i * WIDTH + 1]).isEqualTo(-rows[i * WIDTH]);
      assertThat(rows[i * WIDTH + 2]).isEqualTo(rows[i * WIDTH] / 2);
    }
    return ids;
  }

  private static int[] block(ActivationSource source, long number) throws IOException {
    float[] rows = new float[source.blockRows() * WIDTH];
    MemorySegment target = MemorySegment.ofArray(rows);
    source.read(number, target);
    return ids(rows);
  }

  @Test
  void everyRealTypeAndAnyLeadingAxesGiveTheSameRows() throws IOException {
    for (DType type : List.of(DType.F32, DType.F16, DType.BF16)) {
      Path file = folder.resolve(type + ".safetensors");
      Tensor typed = numbered(24).cast(type);
      SafetensorsWriter writer = new SafetensorsWriter();
      add(writer, "flat", typed, Shape.of(24, WIDTH));
      add(writer, "cube", typed, Shape.of(2, 3, 4, WIDTH));
      writer.write(file);
      for (String name : List.of("flat", "cube")) {
        try (SafetensorsActivations activations = SafetensorsActivations.open(file, name)) {
          assertThat(activations.rows()).isEqualTo(24);
          assertThat(activations.width()).isEqualTo(WIDTH);
          float[] rows = new float[5 * WIDTH];
          activations.read(17, 5, MemorySegment.ofArray(rows));
          assertThat(ids(rows)).containsExactly(17, 18, 19, 20, 21);
        }
      }
    }
  }

  @Test
  void theOnlyFittingTensorNeedsNoName() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Tensor row = Tensor.of(1, 2, 3);
    SafetensorsWriter writer = new SafetensorsWriter();
    add(writer, "scale", row, Shape.of(3));
    add(writer, "tokens", Tensor.ofInts(Shape.of(2, 2), 1, 2, 3, 4), Shape.of(2, 2));
    add(writer, "acts", numbered(4), Shape.of(4, WIDTH)).write(file);
    try (SafetensorsActivations activations = SafetensorsActivations.open(file)) {
      assertThat(activations.tensor()).isEqualTo("acts");
    }
    assertThatThrownBy(() -> SafetensorsActivations.open(file, "scale"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("F32[3]");
    add(writer, "more", numbered(4), Shape.of(4, WIDTH)).write(file);
    assertThatThrownBy(() -> SafetensorsActivations.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("[acts, more]");
  }

  @Test
  void aPassOverARangeGivesEachBlockOnceAndEachPassAnotherOrder() throws IOException {
    Path file = folder.resolve("a.safetensors");
    add(new SafetensorsWriter(), "acts", numbered(100), Shape.of(100, WIDTH)).write(file);
    try (SafetensorsActivations activations = SafetensorsActivations.open(file)) {
      ActivationSource source = activations.source(10, 97, 8, 1);
      List<List<Integer>> passes = new ArrayList<>();
      for (int pass = 0; pass < 3; pass++) {
        List<Integer> seen = new ArrayList<>();
        for (int b = 0; b < 10; b++) {
          int[] rows = block(source, pass * 10 + b);
          for (int i = 0; i < 8; i++) {
            assertThat(rows[i]).isEqualTo(rows[0] + i).isBetween(10, 96);
            seen.add(rows[i]);
          }
        }
        assertThat(seen).doesNotHaveDuplicates().hasSize(80);
        passes.add(seen);
      }
      assertThat(passes).doesNotHaveDuplicates();
      assertThat(block(source, 13)).containsExactly(block(activations.source(10, 97, 8, 1), 13));
      assertThat(activations.source(0, 5, 8, 1).blockRows()).isEqualTo(5);
      assertThatIllegalArgumentException().isThrownBy(() -> activations.source(5, 5, 8, 1));
    }
  }

  /** Row i of the stream is i. */
  private record Counting(int blockRows) implements ActivationSource {
    @Override
    public int width() {
      return WIDTH;
    }

    @Override
    public void read(long block, MemorySegment rows) {
      for (int i = 0; i < blockRows; i++) {
        long row = block * blockRows + i;
        rows.setAtIndex(ValueLayout.JAVA_FLOAT, i * WIDTH, row);
        rows.setAtIndex(ValueLayout.JAVA_FLOAT, i * WIDTH + 1, -row);
        rows.setAtIndex(ValueLayout.JAVA_FLOAT, i * WIDTH + 2, row / 2f);
      }
    }

    @Override
    public void close() {}
  }

  @Test
  void theBufferGivesEachRowOnceAndMixesThem() throws IOException {
    List<Integer> drawn = new ArrayList<>();
    try (ShuffleBuffer buffer = new ShuffleBuffer(new Counting(10), 64, 5)) {
      for (int i = 0; i < 200; i++) {
        for (int id : ids(buffer.next(7).toFloatArray())) {
          drawn.add(id);
        }
      }
      assertThat(buffer.drawn()).isEqualTo(1400);
    }
    assertThat(drawn).doesNotHaveDuplicates();
    assertThat(drawn.stream().filter(i -> i < 1200).count()).isGreaterThan(1150);
    assertThat(drawn).allMatch(i -> i < 1464);
    int lag = 0;
    int neighbours = 0;
    for (int i = 0; i < drawn.size(); i++) {
      lag = Math.max(lag, Math.abs(drawn.get(i) - i));
      neighbours += i > 0 && drawn.get(i) == drawn.get(i - 1) + 1 ? 1 : 0;
    }
    assertThat(lag).isGreaterThan(50);
    assertThat(neighbours).isLessThan(100);
  }

  @Test
  void aRestoredBufferGoesOnWithTheSameBatches() throws IOException {
    Path file = folder.resolve("buffer.safetensors");
    try (ShuffleBuffer buffer = new ShuffleBuffer(new Counting(10), 64, 5);
        ShuffleBuffer other = new ShuffleBuffer(new Counting(10), 64, 5)) {
      for (int i = 0; i < 23; i++) {
        buffer.next(7);
      }
      SafetensorsWriter writer = new SafetensorsWriter();
      buffer.save(writer, "buffer.");
      writer.write(file);
      try (SafetensorsFile saved = SafetensorsFile.open(file)) {
        other.load(saved, "buffer.");
      }
      for (int i = 0; i < 30; i++) {
        assertThat(other.next(7).toFloatArray()).containsExactly(buffer.next(7).toFloatArray());
      }
    }
    try (ShuffleBuffer small = new ShuffleBuffer(new Counting(10), 20, 5);
        SafetensorsFile saved = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> small.load(saved, "buffer."))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("[20, 3]");
    }
  }

  @Test
  void anotherSeedDrawsOtherwiseAndTheSameSeedTheSame() throws IOException {
    List<int[]> first = new ArrayList<>();
    for (long seed : new long[] {1, 1, 2}) {
      try (ShuffleBuffer buffer = new ShuffleBuffer(new Counting(10), 64, seed)) {
        first.add(ids(buffer.next(16).toFloatArray()));
      }
    }
    assertThat(first.get(0)).containsExactly(first.get(1));
    assertThat(first.get(0)).isNotEqualTo(first.get(2));
    assertThat(first.get(0)).isNotEqualTo(IntStream.range(0, 16).toArray());
  }

  @Test
  void sizesThatCannotWorkAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ShuffleBuffer(new Counting(10), 19, 0))
        .withMessageContaining("two blocks of 10");
    try (ShuffleBuffer buffer = new ShuffleBuffer(new Counting(10), 20, 0)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> buffer.next(11))
          .withMessageContaining("capacity of 20");
    }
  }
}
