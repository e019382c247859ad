package dev.simoom.tensor.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.LiveBuffers;
import dev.simoom.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzTest {
  @TempDir Path folder;

  private static final byte[] BYTES =
      NpyBytes.file(1, NpyBytes.header("|u1", false, "(2, 2)"), new byte[] {1, 2, 3, 4});

  private NpzFile open(byte[] bytes) throws IOException {
    return NpzFile.open(Files.write(folder.resolve("a.npz"), bytes));
  }

  private static int[] ints(NpzFile file, String name) throws IOException {
    try (NpyArray array = file.array(name)) {
      int[] values = new int[(int) array.shape().elements()];
      array.read(DType.I32, 0, MemorySegment.ofArray(values), values.length);
      return values;
    }
  }

  @Test
  void readsStoredAndDeflatedArraysByName() throws IOException {
    long[] many = new long[100_000];
    Arrays.setAll(many, i -> i % 1000);
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("x.npy", BYTES);
    files.put(
        "a/ä.npy",
        NpyBytes.file(
            3, NpyBytes.header(">i2", true, "(1000, 100)"), NpyBytes.elements(">i2", many)));
    files.put("readme.txt", new byte[3]);
    long before = LiveBuffers.bytes();
    for (boolean deflated : new boolean[] {false, true}) {
      try (NpzFile file = open(NpyBytes.zip(deflated, files))) {
        assertThat(file.names()).containsExactly("x", "a/ä");
        assertThat(file.contains("x")).isTrue();
        assertThat(file.contains("readme.txt")).isFalse();
        assertThat(ints(file, "x")).containsExactly(1, 2, 3, 4);
        int[] columns = ints(file, "a/ä");
        for (int i = 0; i < columns.length; i++) {
          assertThat(columns[i]).isEqualTo(i / 100);
        }
        assertThatThrownBy(() -> file.array("y"))
            .isExactlyInstanceOf(NpyException.class)
            .hasMessageEndingWith("array 'y': not in this archive, whose 2 are [x, a/ä]");
      }
    }
    assertThat(LiveBuffers.bytes()).isEqualTo(before);
  }

  @Test
  void everyTypeComesBack() throws IOException {
    Path path = folder.resolve("b.npz");
    float[] values = new float[1 << 20];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.1f;
    }
    NpzWriter writer =
        new NpzWriter()
            .add("w", DType.F32, Shape.of(1 << 10, 1 << 10), MemorySegment.ofArray(values))
            .add("i", DType.I32, Shape.of(2), MemorySegment.ofArray(new int[] {-1, 7}))
            .add("t", DType.BOOL, Shape.of(2), MemorySegment.ofArray(new int[] {0, 1}))
            .add("h", DType.F16, Shape.of(1), MemorySegment.ofArray(new short[] {0x3c00}))
            .add("none", DType.F32, Shape.of(0, 3), MemorySegment.ofArray(new float[0]));
    writer.write(path);
    byte[] first = Files.readAllBytes(path);
    writer.write(path);
    assertThat(path).hasBinaryContent(first);
    try (NpzFile file = NpzFile.open(path)) {
      assertThat(file.names()).containsExactly("w", "i", "t", "h", "none");
      try (NpyArray w = file.array("w")) {
        float[] read = new float[values.length];
        w.read(DType.F32, 0, MemorySegment.ofArray(read), read.length);
        assertThat(read).isEqualTo(values);
        assertThat(w.data().address() % 64).isZero();
      }
      assertThat(ints(file, "i")).containsExactly(-1, 7);
      assertThat(ints(file, "t")).containsExactly(0, 1);
      try (NpyArray none = file.array("none")) {
        assertThat(none.shape()).isEqualTo(Shape.of(0, 3));
        assertThat(none.nearestType()).isEqualTo(DType.F32);
      }
    }
  }

  @Test
  void anArrayOutlivesItsArchive() throws IOException {
    NpyArray array;
    try (NpzFile file = open(NpyBytes.zip(true, Map.of("x.npy", BYTES)))) {
      array = file.array("x");
    }
    try (array) {
      int[] values = new int[4];
      array.read(DType.I32, 0, MemorySegment.ofArray(values), 4);
      assertThat(values).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void refusesArchivesAndArraysThatAreBroken() throws IOException {
    byte[] good = NpyBytes.zip(false, Map.of("x.npy", BYTES));
    byte[] text = "no zip".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> open(text).close())
        .isExactlyInstanceOf(NpyException.class)
        .hasMessageContaining("a.npz: is no npz archive");
    assertThatThrownBy(() -> open(Arrays.copyOf(good, good.length - 30)).close())
        .isExactlyInstanceOf(NpyException.class);
    assertThatThrownBy(() -> NpzFile.open(folder.resolve("none.npz")))
        .isInstanceOf(NoSuchFileException.class);
    byte[] flipped = good.clone();
    flipped[35 + BYTES.length - 1] ^= 1;
    try (NpzFile file = open(flipped)) {
      assertThatThrownBy(() -> file.array("x"))
          .isExactlyInstanceOf(NpyException.class)
          .hasMessageEndingWith("array 'x': has not the size or checksum that the archive tells");
    }
    try (NpzFile file = open(NpyBytes.zip(true, Map.of("x.npy", text)))) {
      assertThatThrownBy(() -> file.array("x"))
          .isExactlyInstanceOf(NpyException.class)
          .hasMessageEndingWith("array 'x': is no npy array, whatever its name says");
    }
    byte[] twice = NpyBytes.zip(false, Map.of("x.npy", BYTES, "y.npy", BYTES));
    for (int i = 0; i < twice.length - 4; i++) {
      if (twice[i] == 'y' && twice[i + 1] == '.') {
        twice[i] = 'x';
      }
    }
    assertThatThrownBy(() -> open(twice).close())
        .isExactlyInstanceOf(NpyException.class)
        .hasMessageEndingWith("array 'x': stands twice in the archive");
  }

  /** Java's own zip reader then throws an exception that is none of zips. */
  @Test
  void refusesAnArchiveWhoseCommentIsCutOff() {
    byte[] zip = NpyBytes.zip(false, Map.of("x.npy", BYTES));
    zip[zip.length - 2] = 1;
    assertThatThrownBy(() -> open(zip).close())
        .isExactlyInstanceOf(NpyException.class)
        .hasMessageEndingWith("a.npz: is cut off; copy or save it anew");
  }

  @Test
  void refusesWhatCannotBeWritten() {
    NpzWriter writer = new NpzWriter();
    MemorySegment one = MemorySegment.ofArray(new float[1]);
    writer.add("a", DType.F32, Shape.SCALAR, one);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.add("a", DType.F32, Shape.SCALAR, one))
        .withMessage("array 'a' was added twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.add("b", DType.F32, Shape.of(2), one))
        .withMessage("array 'b': shape [2] of F32 takes 8 bytes, got 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.add("b".repeat(65_532), DType.F32, Shape.SCALAR, one))
        .withMessageContaining("more than 65535 bytes");
    Path path = folder.resolve("c.npz");
    writer.add("t", DType.BOOL, Shape.SCALAR, MemorySegment.ofArray(new int[] {3}));
    assertThatThrownBy(() -> writer.write(path))
        .isExactlyInstanceOf(NpyException.class)
        .hasMessage("array 't': element 0 is 3, a truth value must be 0 or 1");
    assertThat(path).doesNotExist();
  }
}
