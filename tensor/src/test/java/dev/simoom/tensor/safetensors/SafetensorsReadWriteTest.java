package dev.simoom.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values on their way into files and out again. */
class SafetensorsReadWriteTest {
  @TempDir Path folder;

  /** A file with one tensor {@code t} of the given file type. */
  private SafetensorsFile fileOf(String dtype, int elements, int bytes, Consumer<ByteBuffer> data)
      throws IOException {
    String header =
        "{\"t\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(dtype, elements, bytes);
    ByteBuffer file = ByteBuffer.allocate(8 + header.length() + bytes);
    file.order(ByteOrder.LITTLE_ENDIAN).putLong(header.length());
    file.put(header.getBytes(StandardCharsets.US_ASCII));
    data.accept(file);
    assertThat(file.hasRemaining()).isFalse();
    return SafetensorsFile.open(Files.write(folder.resolve(dtype), file.array()));
  }

  private static float[] floats(SafetensorsFile file) throws IOException {
    float[] values = new float[(int) file.entry("t").shape().elements()];
    file.readFloats(file.entry("t"), 0, MemorySegment.ofArray(values), values.length);
    return values;
  }

  private static int[] ints(SafetensorsFile file, DType type) throws IOException {
    int[] values = new int[(int) file.entry("t").shape().elements()];
    file.read(file.entry("t"), type, 0, MemorySegment.ofArray(values), values.length);
    return values;
  }

  @Test
  void everyTypeAndShapeComesBackBitForBit() throws IOException {
    List<Shape> shapes =
        List.of(
            Shape.SCALAR,
            Shape.of(0),
            Shape.of(3, 0, 2),
            Shape.of(1, 1, 1, 1, 1, 1),
            Shape.of(7),
            Shape.of(16),
            Shape.of(3, 5, 7),
            Shape.of(600_001));
    SplittableRandom random = new SplittableRandom(3);
    Path path = folder.resolve("all.safetensors");
    try (Arena arena = Arena.ofConfined()) {
      SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
      for (DType type : DType.values()) {
        for (Shape shape : shapes) {
          MemorySegment data = arena.allocate(shape.elements() * type.bytes());
          for (long i = 0; i < data.byteSize(); i++) {
            boolean truth = type == DType.BOOL;
            int value = truth ? i % 4 == 0 ? random.nextInt(2) : 0 : random.nextInt();
            data.set(ValueLayout.JAVA_BYTE, i, (byte) value);
          }
          writer.add(type + " " + shape, type, shape, data);
        }
      }
      writer.write(path);
    }
    SplittableRandom again = new SplittableRandom(3);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.metadata()).containsEntry("format", "pt");
      for (SafetensorsFile.Entry entry : file.entries()) {
        DType type = file.nearestType(entry);
        assertThat(entry.name()).isEqualTo(type + " " + entry.shape());
        if (entry.data().byteSize() % 64 == 0) {
          assertThat(entry.data().address() % 64).isZero();
        }
        assertThat(entry.data().address() % FileType.of(type).bytes()).isZero();
        try (Buffer target = Buffer.allocate("target", entry.shape().elements() * type.bytes())) {
          file.read(entry, type, target);
          for (long i = 0; i < target.bytes(); i++) {
            boolean truth = type == DType.BOOL;
            int value = truth ? i % 4 == 0 ? again.nextInt(2) : 0 : again.nextInt();
            if (target.segment().get(ValueLayout.JAVA_BYTE, i) != (byte) value) {
              throw new AssertionError(entry.name() + ": byte " + i + " differs");
            }
          }
        }
      }
      assertThat(file.names()).hasSize(DType.values().length * shapes.size());
    }
  }

  @Test
  void writingTwiceGivesTheSameBytes() throws IOException {
    float[] values = {1, 2, 3};
    Path path = folder.resolve("a");
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("b", "2")
            .metadata("a", "1")
            .add("w", DType.F32, Shape.of(3), MemorySegment.ofArray(values));
    writer.write(path);
    byte[] first = Files.readAllBytes(path);
    writer.write(path);
    assertThat(path).hasBinaryContent(first);
  }

  @Test
  void floatingTypesBecomeFloats() throws IOException {
    try (SafetensorsFile file =
        fileOf("F64", 3, 24, b -> b.putDouble(0.1).putDouble(-1e300).putDouble(Double.NaN))) {
      assertThat(floats(file)).containsExactly(0.1f, Float.NEGATIVE_INFINITY, Float.NaN);
    }
    try (SafetensorsFile file =
        fileOf(
            "F16",
            4,
            8,
            b ->
                b.putShort((short) 0x3c00)
                    .putShort((short) 0xfc00)
                    .putShort((short) 1)
                    .putShort((short) 0x7bff))) {
      assertThat(floats(file))
          .containsExactly(1, Float.NEGATIVE_INFINITY, (float) Math.scalb(1.0, -24), 65504);
    }
    try (SafetensorsFile file =
        fileOf("BF16", 2, 4, b -> b.putShort((short) 0x3f80).putShort((short) 0xc049))) {
      assertThat(floats(file)).containsExactly(1, -3.140625f);
    }
    try (SafetensorsFile file = fileOf("F32", 2, 8, b -> b.putFloat(1.5f).putInt(0x7fc01234))) {
      assertThat(Float.floatToRawIntBits(floats(file)[1])).isEqualTo(0x7fc01234);
      assertThatThrownBy(() -> ints(file, DType.I32))
          .isInstanceOf(SafetensorsException.class)
          .hasMessageEndingWith("F32: tensor 't': elements of type F32 cannot be converted to I32");
    }
  }

  @Test
  void integerTypesBecomeFloatsAndInts() throws IOException {
    try (SafetensorsFile file =
        fileOf("I64", 3, 24, b -> b.putLong(16777217).putLong(-5).putLong(Integer.MAX_VALUE))) {
      assertThat(floats(file)).containsExactly(16777216, -5, 2147483648f);
      assertThat(ints(file, DType.I32)).containsExactly(16777217, -5, Integer.MAX_VALUE);
    }
    try (SafetensorsFile file = fileOf("I32", 2, 8, b -> b.putInt(-7).putInt(1 << 30))) {
      assertThat(floats(file)).containsExactly(-7, 1 << 30);
      assertThat(ints(file, DType.I32)).containsExactly(-7, 1 << 30);
    }
    try (SafetensorsFile file =
        fileOf("I16", 2, 4, b -> b.putShort((short) -300).putShort((short) 300))) {
      assertThat(floats(file)).containsExactly(-300, 300);
      assertThat(ints(file, DType.I32)).containsExactly(-300, 300);
    }
    try (SafetensorsFile file = fileOf("I8", 2, 2, b -> b.put((byte) -1).put((byte) 5))) {
      assertThat(floats(file)).containsExactly(-1, 5);
      assertThat(ints(file, DType.I32)).containsExactly(-1, 5);
    }
  }

  @Test
  void unsignedTypesAndTruthValuesBecomeFloatsAndInts() throws IOException {
    try (SafetensorsFile file = fileOf("U8", 2, 2, b -> b.put((byte) -1).put((byte) 5))) {
      assertThat(floats(file)).containsExactly(255, 5);
      assertThat(ints(file, DType.I32)).containsExactly(255, 5);
    }
    try (SafetensorsFile file = fileOf("U16", 1, 2, b -> b.putShort((short) -1))) {
      assertThat(floats(file)).containsExactly(65535);
      assertThat(ints(file, DType.I32)).containsExactly(65535);
    }
    try (SafetensorsFile file = fileOf("U32", 1, 4, b -> b.putInt(-1))) {
      assertThat(floats(file)).containsExactly(4294967296f);
    }
    // The last is just above the middle between two floats.
    try (SafetensorsFile file =
        fileOf("U64", 3, 24, b -> b.putLong(3).putLong(-1).putLong(0x8000008000000001L))) {
      assertThat(floats(file)).containsExactly(3, 0x1p64f, 0x1.000002p63f);
      assertThatThrownBy(() -> ints(file, DType.I32))
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining("element 1 of type U64 is 18446744073709551615, which I32");
    }
    try (SafetensorsFile file = fileOf("BOOL", 2, 2, b -> b.put((byte) 0).put((byte) 1))) {
      assertThat(floats(file)).containsExactly(0, 1);
      assertThat(ints(file, DType.I32)).containsExactly(0, 1);
      assertThat(ints(file, DType.BOOL)).containsExactly(0, 1);
    }
  }

  @Test
  void halvesAreRoundedToEven() throws IOException {
    float[] values = {1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 1e6f, -0f};
    try (SafetensorsFile file =
        fileOf(
            "F32",
            values.length,
            4 * values.length,
            b -> {
              for (float value : values) {
                b.putFloat(value);
              }
            })) {
      short[] halves = new short[values.length];
      file.read(file.entry("t"), DType.F16, 0, MemorySegment.ofArray(halves), halves.length);
      assertThat(halves).containsExactly(0x3c00, 0x3c02, 0x3c04, 0x3c0c, 0x7c00, (short) 0x8000);
      file.read(file.entry("t"), DType.BF16, 0, MemorySegment.ofArray(halves), halves.length);
      assertThat(halves).containsExactly(0x3f80, 0x3f80, 0x3f80, 0x3f82, 0x4974, (short) 0x8000);
    }
  }

  @Test
  void valuesOutsideTheTypeLeaveTheTargetAlone() throws IOException {
    try (SafetensorsFile file =
        fileOf("I64", 3, 24, b -> b.putLong(1).putLong(0).putLong(1L << 31))) {
      SafetensorsFile.Entry entry = file.entry("t");
      int[] target = {7, 7};
      assertThatThrownBy(() -> file.readInts(entry, 1, MemorySegment.ofArray(target), 2))
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining("element 2 of type I64 is 2147483648, which I32 does not hold");
      assertThat(target).containsExactly(7, 7);
      assertThatThrownBy(() -> ints(file, DType.BOOL))
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining("element 2 of type I64 is 2147483648, which BOOL does not hold");
      file.read(entry, DType.BOOL, 0, MemorySegment.ofArray(target), 2);
      assertThat(target).containsExactly(1, 0);
    }
    try (SafetensorsFile file = fileOf("BOOL", 1, 1, b -> b.put((byte) 2))) {
      assertThatThrownBy(() -> floats(file))
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining("element 0 of type BOOL is 2, which BOOL does not hold");
    }
  }

  @Test
  void rangesAreReadAndChecked() throws IOException {
    try (SafetensorsFile file =
        fileOf("U8", 4, 4, b -> b.put((byte) 1).put((byte) 2).put((byte) 3).put((byte) 4))) {
      SafetensorsFile.Entry entry = file.entry("t");
      float[] target = new float[2];
      MemorySegment segment = MemorySegment.ofArray(target);
      file.readFloats(entry, 2, segment, 2);
      assertThat(target).containsExactly(3, 4);
      file.readFloats(entry, 4, segment, 0);
      for (long[] range : new long[][] {{3, 2}, {-1, 1}, {5, 0}, {0, -1}, {1, Long.MAX_VALUE}}) {
        assertThatThrownBy(() -> file.readFloats(entry, range[0], segment, range[1]))
            .isInstanceOf(IndexOutOfBoundsException.class)
            .hasMessageContaining("tensor 't' of shape [4] has no");
      }
      assertThatThrownBy(() -> file.readFloats(entry, 0, segment, 3))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("do not fit into 8 bytes");
    }
  }

  @Test
  void tensorsAboveTwoGibibytesAreReadWhereTheyLie() throws IOException {
    long elements = (3L << 30) / 4;
    String header =
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(elements, 4 * elements);
    Path path = folder.resolve("sparse.safetensors");
    try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
      out.writeLong(Long.reverseBytes(header.length()));
      out.writeBytes(header);
      out.setLength(8 + header.length() + 4 * elements);
      out.seek(out.length() - 4);
      out.writeInt(Integer.reverseBytes(Float.floatToIntBits(42)));
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      float[] end = new float[2];
      file.readFloats(file.entry("t"), elements - 2, MemorySegment.ofArray(end), 2);
      assertThat(end).containsExactly(0, 42);
    }
  }

  @Test
  void dataIsGoneOnceTheFileIsClosed() throws IOException {
    SafetensorsFile file = fileOf("U8", 1, 1, b -> b.put((byte) 1));
    file.close();
    file.close();
    assertThatThrownBy(() -> floats(file)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFailingWriteLeavesTheTargetAlone() throws IOException {
    Path path = folder.resolve("model.safetensors");
    new SafetensorsWriter()
        .add("a", DType.F32, Shape.of(1), MemorySegment.ofArray(new float[] {1}))
        .write(path);
    byte[] before = Files.readAllBytes(path);
    SafetensorsWriter broken =
        new SafetensorsWriter()
            .add("a", DType.F32, Shape.of(1), MemorySegment.ofArray(new float[] {2}))
            .add("m", DType.BOOL, Shape.of(2), MemorySegment.ofArray(new int[] {1, 5}));
    assertThatThrownBy(() -> broken.write(path))
        .isInstanceOf(SafetensorsException.class)
        .hasMessage(path + ": tensor 'm': element 1 is 5, a truth value must be 0 or 1");
    assertThat(path).hasBinaryContent(before);
    SafetensorsWriter closed = new SafetensorsWriter();
    try (Arena arena = Arena.ofConfined()) {
      closed.add("a", DType.F32, Shape.of(1), arena.allocate(4));
    }
    assertThatThrownBy(() -> closed.write(path)).isInstanceOf(IllegalStateException.class);
    assertThat(path).hasBinaryContent(before);
    assertThat(folder).isDirectoryNotContaining(other -> !other.equals(path));
  }

  @Test
  void refusesTensorsThatCannotBeWritten() {
    SafetensorsWriter writer = new SafetensorsWriter();
    MemorySegment one = MemorySegment.ofArray(new float[1]);
    writer.add("a", DType.F32, Shape.SCALAR, one);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.add("a", DType.F32, Shape.SCALAR, one))
        .withMessage("tensor 'a' was added twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.add("b", DType.F32, Shape.of(2), one))
        .withMessage("tensor 'b': shape [2] of F32 takes 8 bytes, got 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.add("__metadata__", DType.F32, Shape.SCALAR, one));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.add("\ud800", DType.F32, Shape.SCALAR, one));
    assertThatIllegalArgumentException().isThrownBy(() -> writer.metadata("k", "\udc00"));
  }
}
