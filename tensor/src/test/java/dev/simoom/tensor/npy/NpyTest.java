package dev.simoom.tensor.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  @TempDir Path folder;

  private NpyArray open(byte[] bytes) throws IOException {
    return NpyArray.open(Files.write(folder.resolve("a.npy"), bytes));
  }

  private NpyArray open(String type, String shape, long... values) throws IOException {
    return open(
        NpyBytes.file(1, NpyBytes.header(type, false, shape), NpyBytes.elements(type, values)));
  }

  private void assertRefused(byte[] bytes, String problem) {
    assertThatThrownBy(() -> open(bytes).close())
        .isExactlyInstanceOf(NpyException.class)
        .hasMessageStartingWith(folder.resolve("a.npy") + ": ")
        .hasMessageContaining(problem);
  }

  private static float[] floats(NpyArray array) throws IOException {
    float[] values = new float[(int) array.shape().elements()];
    array.read(DType.F32, 0, MemorySegment.ofArray(values), values.length);
    return values;
  }

  private static int[] ints(NpyArray array, DType type) throws IOException {
    int[] values = new int[(int) array.shape().elements()];
    array.read(type, 0, MemorySegment.ofArray(values), values.length);
    return values;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "b1",
      })
  void everyTypeIsReadInEveryOrderAndVersion(String kind) throws IOException {
    int count = 7 * 5 * 300;
    long modulus = kind.equals("b1") ? 2 : 101;
    for (String type : List.of("<" + kind, ">" + kind)) {
      for (boolean fortran : new boolean[] {false, true}) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          int at = fortran ? i / 1500 + 7 * (i / 300 % 5) + 35 * (i % 300) : i;
          values[at] = i % modulus;
        }
        for (int version = 1; version <= 3; version++) {
          String header = NpyBytes.header(type, fortran, "(7, 5, 300)");
          byte[] file = NpyBytes.file(version, header, NpyBytes.elements(type, values));
          try (NpyArray array = open(file)) {
            assertThat(array.shape()).isEqualTo(Shape.of(7, 5, 300));
            assertThat(array.isFortranOrder()).isEqualTo(fortran);
            assertThat(array.descr()).isEqualTo(type);
            float[] read = floats(array);
            float[] part = new float[4500];
            array.read(DType.F32, 5555, MemorySegment.ofArray(part), part.length);
            for (int i = 0; i < count; i++) {
              assertThat(read[i]).isEqualTo(i % modulus);
            }
            assertThat(part).isEqualTo(Arrays.copyOfRange(read, 5555, 5555 + 4500));
          }
        }
      }
    }
  }

  @Test
  void integersKeepTheirSignsAndExtremes() throws IOException {
    try (NpyArray array = open("<i8", "(3,)", Integer.MIN_VALUE, -1, Integer.MAX_VALUE)) {
      assertThat(ints(array, DType.I32)).containsExactly(Integer.MIN_VALUE, -1, Integer.MAX_VALUE);
      assertThat(array.nearestType()).isEqualTo(DType.I32);
    }
    try (NpyArray array = open(">i2", "(2,)", -300, 32767)) {
      assertThat(ints(array, DType.I32)).containsExactly(-300, 32767);
    }
    try (NpyArray array = open("|u1", "(2,)", 255, 128)) {
      assertThat(ints(array, DType.I32)).containsExactly(255, 128);
    }
    try (NpyArray array = open(">u4", "(1,)", 0xffff_ffffL)) {
      assertThat(floats(array)).containsExactly(4294967296f);
    }
  }

  @Test
  void valuesThatDoNotSurviveAreRefusedAndLeaveTheTarget() throws IOException {
    int[] target = {7, 7};
    MemorySegment segment = MemorySegment.ofArray(target);
    try (NpyArray array = open(">i8", "(2,)", 1, 1L << 31)) {
      assertThatThrownBy(() -> array.read(DType.I32, 0, segment, 2))
          .isExactlyInstanceOf(NpyException.class)
          .hasMessageEndingWith("element 1 of type I64 is 2147483648, which I32 does not hold");
    }
    try (NpyArray array = open("|b1", "(2,)", 1, 2)) {
      assertThatThrownBy(() -> array.read(DType.BOOL, 0, segment, 2))
          .hasMessageEndingWith("element 1 of type BOOL is 2, which BOOL does not hold");
    }
    try (NpyArray array = open("<f4", "(2,)", 0, 70_000)) {
      assertThatThrownBy(() -> array.read(DType.F16, 0, segment, 2))
          .hasMessageEndingWith("element 1 of type F32 is 70000.0, which F16 does not hold");
      assertThatThrownBy(() -> array.read(DType.I32, 0, segment, 2))
          .hasMessageEndingWith("elements of type F32 cannot be converted to I32");
    }
    assertThat(target).containsExactly(7, 7);
  }

  @Test
  void finiteDoublesMustStayFinite() throws IOException {
    String header = NpyBytes.header("<f8", false, "(3,)");
    double[] values = {Double.NEGATIVE_INFINITY, 0.1, Double.NaN};
    byte[] data = new byte[24];
    MemorySegment bytes = MemorySegment.ofArray(data);
    MemorySegment.copy(values, 0, bytes, ValueLayout.JAVA_DOUBLE_UNALIGNED, 0, 3);
    try (NpyArray array = open(NpyBytes.file(1, header, data))) {
      assertThat(floats(array)).containsExactly(Float.NEGATIVE_INFINITY, 0.1f, Float.NaN);
    }
    bytes.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, 8, -1e300);
    try (NpyArray array = open(NpyBytes.file(1, header, data))) {
      assertThatThrownBy(() -> floats(array))
          .isExactlyInstanceOf(NpyException.class)
          .hasMessageEndingWith("element 1 of type F64 is -1.0E300, which F32 does not hold");
    }
  }

  /** The first number that would become infinite is half a step above the largest of the type. */
  @Test
  void theLargestNumbersOfEachTypeSurvive() throws IOException {
    MemorySegment target = MemorySegment.ofArray(new short[1]);
    try (NpyArray fits = open("<i4", "(1,)", 65_519);
        NpyArray beyond = NpyArray.open(store("<i4", -65_520))) {
      fits.read(DType.F16, 0, target, 1);
      assertThat(target.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0)).isEqualTo((short) 0x7bff);
      assertThatThrownBy(() -> beyond.read(DType.F16, 0, target, 1))
          .hasMessageEndingWith("element 0 of type I32 is -65520, which F16 does not hold");
    }
    byte[] bits = NpyBytes.elements("<i4", 0x7f7f_7fff, 0x7f7f_8000);
    try (NpyArray edge = open(NpyBytes.file(1, NpyBytes.header("<f4", false, "(2,)"), bits))) {
      edge.read(DType.BF16, 0, target, 1);
      assertThat(target.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0)).isEqualTo((short) 0x7f7f);
      assertThatThrownBy(() -> edge.read(DType.BF16, 1, target, 1))
          .hasMessageContaining("element 1 of type F32 is 3.39")
          .hasMessageEndingWith("which BF16 does not hold");
    }
  }

  private Path store(String type, long value) throws IOException {
    byte[] file =
        NpyBytes.file(1, NpyBytes.header(type, false, "(1,)"), NpyBytes.elements(type, value));
    return Files.write(folder.resolve("b.npy"), file);
  }

  @Test
  void everyTypeAndShapeComesBackBitForBit() throws IOException {
    for (DType type : DType.values()) {
      for (Shape shape :
          List.of(Shape.SCALAR, Shape.of(0), Shape.of(3, 0, 2), Shape.of(5), Shape.of(300, 1000))) {
        byte[] bytes = new byte[(int) shape.elements() * type.bytes()];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] =
              (byte) (type == DType.BOOL ? i % 4 == 0 ? i / 4 % 2 : 0 : (i * i + i / 251) & 0x3f);
        }
        Path path = folder.resolve("out.npy");
        NpyWriter.write(path, type, shape, MemorySegment.ofArray(bytes));
        try (NpyArray array = NpyArray.open(path)) {
          assertThat(array.shape()).isEqualTo(shape);
          assertThat(array.data().address() % 64).isZero();
          byte[] read = new byte[bytes.length];
          array.read(type, 0, MemorySegment.ofArray(read), shape.elements());
          assertThat(read).isEqualTo(bytes);
        }
      }
    }
  }

  @Test
  void writesWhatNumPyWrites() throws IOException {
    Path path = folder.resolve("b.npy");
    float[] values = {1, 2, 3, 4, 5, 6};
    NpyWriter.write(path, DType.F32, Shape.of(2, 3), MemorySegment.ofArray(values));
    byte[] expected =
        NpyBytes.file(
            1,
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
            NpyBytes.elements("<f4", 1, 2, 3, 4, 5, 6));
    assertThat(path).hasBinaryContent(expected);
    assertThat(expected).hasSize(128 + 24);
    NpyWriter.write(path, DType.I32, Shape.of(1), MemorySegment.ofArray(new int[] {-2}));
    assertThat(Files.readString(path, StandardCharsets.ISO_8859_1))
        .contains("{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }");
    NpyWriter.write(path, DType.BOOL, Shape.SCALAR, MemorySegment.ofArray(new int[] {1}));
    assertThat(Files.readString(path, StandardCharsets.ISO_8859_1))
        .contains("{'descr': '|b1', 'fortran_order': False, 'shape': (), }");
  }

  @Test
  void headersThatAreTooLongForVersion1AreOfVersion2() throws IOException {
    for (int rank : new int[] {21_800, 30_000}) {
      Shape shape = Shape.of(LongStream.generate(() -> 1).limit(rank).toArray());
      Path path = folder.resolve("long.npy");
      NpyWriter.write(path, DType.F32, shape, MemorySegment.ofArray(new float[] {42}));
      assertThat(Files.readAllBytes(path)[6]).isEqualTo((byte) (rank > 21_840 ? 2 : 1));
      try (NpyArray array = NpyArray.open(path)) {
        assertThat(array.shape()).isEqualTo(shape);
        assertThat(floats(array)).containsExactly(42);
      }
    }
  }

  @Test
  void acceptsHeadersAsOldPythonWroteThem() throws IOException {
    String header = "{\"shape\": (1L, 2L), \"fortran_order\": False, \"descr\": \"|u1\"}";
    try (NpyArray array = open(NpyBytes.file(1, header, new byte[] {1, 2}))) {
      assertThat(array.shape()).isEqualTo(Shape.of(1, 2));
      assertThat(floats(array)).containsExactly(1, 2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "<c8; a tensor has no complex numbers",
        "|O; pickled Python objects",
        "<U5; a tensor has no strings",
        "|S3; a tensor has no strings",
        "<M8[ns]; a tensor has no dates",
        "|V2; raw bytes",
        "<f16; known are",
        "=f4; known are",
        "|f4; known are",
        "f4; known are",
        "<; known are",
      })
  void refusesTypesWithTheReason(String type, String reason) {
    assertRefused(
        NpyBytes.file(1, NpyBytes.header(type, false, "(2,)"), new byte[16]),
        "elements of type '%s' are not read: ".formatted(type));
    assertRefused(NpyBytes.file(1, NpyBytes.header(type, false, "(2,)"), new byte[16]), reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{'descr': [('r', '|u1')], 'fortran_order': False, 'shape': (2,)}; has structured elements",
        "{'descr': '|u1', 'shape': (2,)}; it lacks one of descr",
        "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2,)}; descr stands"
            + " twice",
        "{'descr': '|u1', 'fortran_order': 0, 'shape': (2,)}; neither True nor False",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}; not a whole number",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (9999999999999999999,)}; not a whole",
        "{'descr': '|u1', 'fortran_order': False, 'shape': 2}; expected '('",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'more': 1}; unknown key",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)} x; more follows",
        "{'descr': '|u1; a quoted string is missing",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2; expected ')'",
        "[]; expected '{'",
      })
  void refusesOtherHeaders(String header, String problem) {
    assertRefused(NpyBytes.file(1, header, new byte[2]), problem);
  }

  @Test
  void refusesFilesThatAreNoArraysOrCutAnywhere() {
    assertRefused(new byte[0], "is no npy array");
    assertRefused("PK\3\4 and more of a zip".getBytes(StandardCharsets.US_ASCII), "is no npy");
    byte[] good = NpyBytes.file(2, NpyBytes.header("|u1", false, "(3,)"), new byte[3]);
    for (int length = 0; length < good.length; length++) {
      assertRefused(Arrays.copyOf(good, length), "");
    }
    assertRefused(
        Arrays.copyOf(good, good.length + 1),
        "has 4 bytes of elements where its shape [3] of '|u1' takes 3");
    byte[] other = good.clone();
    other[6] = 4;
    assertRefused(other, "is of npy version 4.0, known are 1.0, 2.0 and 3.0");
    assertRefused(
        NpyBytes.file(1, NpyBytes.header("<f8", false, "(4000000000, 4000000000)"), new byte[2]),
        "more elements than any memory can hold");
    byte[] latin = NpyBytes.file(3, NpyBytes.header("|u1", false, "(3,)"), new byte[3]);
    latin[14] = (byte) 0xe4;
    assertRefused(latin, "not UTF-8");
    assertThatThrownBy(() -> NpyArray.open(folder.resolve("none.npy")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> NpyArray.open(folder)).hasMessageContaining("is a folder");
  }

  @Test
  void arraysAboveTwoGibibytesAreReadWhereTheyLie() throws IOException {
    long elements = (3L << 30) / 4;
    byte[] head =
        NpyBytes.file(1, NpyBytes.header(">f4", false, "(" + elements + ",)"), new byte[0]);
    Path path = folder.resolve("sparse.npy");
    try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
      out.write(head);
      out.setLength(head.length + 4 * elements);
      out.seek(out.length() - 4);
      out.writeInt(Float.floatToIntBits(42));
    }
    try (NpyArray array = NpyArray.open(path)) {
      float[] end = new float[2];
      array.read(DType.F32, elements - 2, MemorySegment.ofArray(end), 2);
      assertThat(end).containsExactly(0, 42);
    }
  }

  @Test
  void rangesAndWritesAreChecked() throws IOException {
    try (NpyArray array = open("<i2", "(2, 2)", 1, 2, 3, 4)) {
      MemorySegment two = MemorySegment.ofArray(new int[2]);
      for (long[] range : new long[][] {{3, 2}, {-1, 1}, {5, 0}, {0, -1}, {1, Long.MAX_VALUE}}) {
        assertThatThrownBy(() -> array.read(DType.I32, range[0], two, range[1]))
            .isInstanceOf(IndexOutOfBoundsException.class)
            .hasMessageContaining("a.npy: array of shape [2, 2] has no");
      }
      assertThatThrownBy(() -> array.read(DType.I32, 0, two, 3))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("3 elements as I32 do not fit into 8 bytes");
    }
    Path path = folder.resolve("c.npy");
    MemorySegment bad = MemorySegment.ofArray(new int[] {0, 5});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NpyWriter.write(path, DType.F32, Shape.of(3), bad))
        .withMessageEndingWith("shape [3] of F32 takes 12 bytes, got 8");
    assertThatThrownBy(() -> NpyWriter.write(path, DType.BOOL, Shape.of(2), bad))
        .isExactlyInstanceOf(NpyException.class)
        .hasMessageEndingWith("element 1 is 5, a truth value must be 0 or 1");
    assertThat(path).doesNotExist();
  }

  @Test
  void dataIsGoneOnceTheArrayIsClosed() throws IOException {
    NpyArray array = open("|u1", "(1,)", 1);
    array.close();
    array.close();
    assertThatThrownBy(() -> floats(array)).isInstanceOf(IllegalStateException.class);
  }
}
