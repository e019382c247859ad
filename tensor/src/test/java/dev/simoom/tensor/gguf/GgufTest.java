package dev.simoom.tensor.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.tensor.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufTest {
  private static final int F32 = 0;
  private static final int F16 = 1;
  private static final int Q4_0 = 2;
  private static final int Q8_0 = 8;
  private static final int Q4_K = 12;
  private static final int BF16 = 30;

  @TempDir Path folder;

  private GgufFile open(GgufBytes bytes) throws IOException {
    return GgufFile.open(Files.write(folder.resolve("a.gguf"), bytes.bytes()));
  }

  private void assertRefused(GgufBytes bytes, String problem) {
    assertThatThrownBy(() -> open(bytes).close())
        .isExactlyInstanceOf(GgufException.class)
        .hasMessageStartingWith(folder.resolve("a.gguf") + ": ")
        .hasMessageContaining(problem);
  }

  private static float[] floats(GgufFile file, String name) throws IOException {
    GgufFile.Entry entry = file.entry(name);
    float[] values = new float[(int) entry.shape().elements()];
    file.readFloats(entry, 0, MemorySegment.ofArray(values), values.length);
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void readsEveryKindOfMetadata(int version) throws IOException {
    GgufBytes bytes = GgufBytes.start(version, 0, 14);
    bytes.string("u8").int32(0).int8(255).string("i8").int32(1).int8(-1);
    bytes.string("u16").int32(2).int16(-1).string("i16").int32(3).int16(-300);
    bytes.string("u32").int32(4).int32(-1).string("i32").int32(5).int32(-7);
    bytes.string("f32").int32(6).int32(Float.floatToIntBits(0.5f)).string("bool").int32(7).int8(1);
    bytes.string("text").int32(8).string("wörld");
    bytes.string("list").int32(9).int32(8).int64(2).string("a").string("");
    bytes.string("u64").int32(10).int64(-1).string("i64").int32(11).int64(Long.MIN_VALUE);
    bytes.string("f64").int32(12).int64(Double.doubleToLongBits(-1e300));
    bytes.string("deep").int32(9).int32(9).int64(2);
    bytes.int32(0).int64(1).int8(3).int32(7).int64(0);
    try (GgufFile file = open(bytes)) {
      assertThat(file.version()).isEqualTo(version);
      assertThat(file.entries()).isEmpty();
      assertThat(file.metadata().values())
          .containsExactly(
              new GgufValue.Unsigned(255),
              new GgufValue.Signed(-1),
              new GgufValue.Unsigned(65535),
              new GgufValue.Signed(-300),
              new GgufValue.Unsigned(4294967295L),
              new GgufValue.Signed(-7),
              new GgufValue.Real(0.5),
              new GgufValue.Truth(true),
              new GgufValue.Text("wörld"),
              new GgufValue.Items(List.of(new GgufValue.Text("a"), new GgufValue.Text(""))),
              new GgufValue.Unsigned(-1),
              new GgufValue.Signed(Long.MIN_VALUE),
              new GgufValue.Real(-1e300),
              new GgufValue.Items(
                  List.of(
                      new GgufValue.Items(List.of(new GgufValue.Unsigned(3))),
                      new GgufValue.Items(List.of()))));
      assertThat(file.metadata().sequencedKeySet()).startsWith("u8", "i8").endsWith("deep");
    }
  }

  @Test
  void unquantisedTensorsBecomeFloatsOfTheReversedShape() throws IOException {
    GgufBytes bytes = GgufBytes.start(3, 5, 0);
    bytes.tensor("w", F32, 0, 3, 2).tensor("h", F16, 32, 2).tensor("b", BF16, 64, 2, 1);
    bytes.tensor("one", F32, 96).tensor("none", F32, 128, 4, 0).align(32);
    for (float value : new float[] {1, 2, 3, 4, 5, -6.5f}) {
      bytes.int32(Float.floatToIntBits(value));
    }
    bytes.align(32).int16(0x3c00).int16(0x0001).align(32).int16(0x3f80).int16(0xc049);
    bytes.align(32).int32(Float.floatToIntBits(42)).align(32);
    try (GgufFile file = open(bytes)) {
      assertThat(file.entry("w").shape()).isEqualTo(Shape.of(2, 3));
      assertThat(file.entry("w").type()).isEqualTo("F32");
      assertThat(floats(file, "w")).containsExactly(1, 2, 3, 4, 5, -6.5f);
      assertThat(floats(file, "h")).containsExactly(1, (float) Math.scalb(1.0, -24));
      assertThat(file.entry("b").shape()).isEqualTo(Shape.of(1, 2));
      assertThat(floats(file, "b")).containsExactly(1, -3.140625f);
      assertThat(file.entry("one").shape()).isEqualTo(Shape.SCALAR);
      assertThat(floats(file, "one")).containsExactly(42);
      assertThat(file.entry("none").shape()).isEqualTo(Shape.of(0, 4));
      assertThat(floats(file, "none")).isEmpty();
      assertThat(file.contains("x")).isFalse();
      assertThatThrownBy(() -> file.entry("x"))
          .isExactlyInstanceOf(GgufException.class)
          .hasMessageEndingWith("tensor 'x': not in this file of 5 tensors");
    }
  }

  /** Scales of every kind: subnormal, negative, infinite, and not a number. */
  @Test
  void quantisedTensorsAreWhatAPlainDequantiserSays() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    int blocks = 6 * 50;
    byte[] eight = new byte[34 * blocks];
    byte[] four = new byte[18 * blocks];
    random.nextBytes(eight);
    random.nextBytes(four);
    long place = Math.ceilDiv(eight.length, 64) * 64;
    GgufBytes bytes = GgufBytes.start(3, 2, 1);
    bytes.string("general.alignment").int32(4).int32(64);
    bytes.tensor("q8", Q8_0, 0, 192, 50).tensor("q4", Q4_0, place, 192, 50);
    bytes.align(64).raw(eight).align(64).raw(four);
    try (GgufFile file = open(bytes)) {
      for (String name : List.of("q8", "q4")) {
        GgufFile.Entry entry = file.entry(name);
        assertThat(entry.shape()).isEqualTo(Shape.of(50, 192));
        float[] read = floats(file, name);
        for (int i = 0; i < read.length; i++) {
          // Boxed, so that two that are not a number are equal.
          Double expected = name.equals("q8") ? plainQ8(eight, i) : plainQ4(four, i);
          assertThat((double) read[i]).as("%s %d", name, i).isEqualTo(expected);
        }
        float[] part = new float[1000];
        file.readFloats(entry, 77, MemorySegment.ofArray(part), part.length);
        assertThat(part).isEqualTo(Arrays.copyOfRange(read, 77, 1077));
        for (long[] range : new long[][] {{9599, 2}, {-1, 1}, {0, -1}, {1, Long.MAX_VALUE}}) {
          assertThatThrownBy(
                  () -> file.readFloats(entry, range[0], MemorySegment.ofArray(part), range[1]))
              .isInstanceOf(IndexOutOfBoundsException.class)
              .hasMessageContaining("tensor '" + name + "' of shape [50, 192] has no");
        }
        assertThatThrownBy(() -> file.readFloats(entry, 0, MemorySegment.ofArray(part), 1001))
            .isInstanceOf(IndexOutOfBoundsException.class)
            .hasMessageContaining("do not fit");
      }
    }
  }

  private static double plainHalf(byte[] data, int at) {
    int bits = data[at] & 255 | (data[at + 1] & 255) << 8;
    int exponent = bits >> 10 & 31;
    double fraction = (bits & 1023) / 1024.0;
    double size =
        switch (exponent) {
          case 0 -> Math.scalb(fraction, -14);
          case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb(1 + fraction, exponent - 15);
        };
    return bits >> 15 == 1 ? -size : size;
  }

  private static double plainQ8(byte[] data, int i) {
    int block = i / 32 * 34;
    return plainHalf(data, block) * data[block + 2 + i % 32];
  }

  private static double plainQ4(byte[] data, int i) {
    int block = i / 32 * 18;
    int pair = data[block + 2 + i % 16] & 255;
    int quantum = i % 32 < 16 ? pair % 16 : pair / 16;
    return plainHalf(data, block) * (quantum - 8);
  }

  @Test
  void tensorsOfOtherTypesAreListedAndRefusedWhereTheyAreRead() throws IOException {
    GgufBytes bytes = GgufBytes.start(3, 1, 0).tensor("k", Q4_K, 0, 256, 2).align(32);
    try (GgufFile file = open(bytes.raw(new byte[288]))) {
      assertThat(file.entry("k").type()).isEqualTo("type 12");
      assertThat(file.entry("k").shape()).isEqualTo(Shape.of(2, 256));
      assertThatThrownBy(() -> floats(file, "k"))
          .isExactlyInstanceOf(GgufException.class)
          .hasMessageEndingWith("a.gguf: tensor 'k': elements of type 12 are not read");
    }
  }

  @Test
  void refusesOtherFilesAndVersions() throws IOException {
    assertRefused(new GgufBytes(), "is no GGUF file");
    assertRefused(new GgufBytes().raw(new byte[30]), "is no GGUF file");
    assertRefused(GgufBytes.start(1, 0, 0), "is of GGUF version 1, known are 2 and 3");
    assertRefused(GgufBytes.start(3 << 24, 0, 0), "is of GGUF version 3, big-endian");
    byte[] whole =
        GgufBytes.start(3, 1, 1).string("k").int32(8).string("v").tensor("t", F32, 0, 1).bytes();
    for (int length = 0; length < whole.length; length++) {
      assertRefused(new GgufBytes().raw(Arrays.copyOf(whole, length)), "");
    }
    assertThatThrownBy(() -> GgufFile.open(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void refusesMetadataThatCannotBe() {
    assertRefused(GgufBytes.start(3, 0, 5), "claims 5 pairs of metadata");
    assertRefused(GgufBytes.start(3, -1, 0), "claims 18446744073709551615 tensors");
    assertRefused(
        GgufBytes.start(3, 0, 1).string("k").int32(13).int64(0), "unknown type 13 at byte 33");
    assertRefused(GgufBytes.start(3, 0, 1).string("k").int32(7).int8(2), "truth value of 2");
    assertRefused(
        GgufBytes.start(3, 0, 1).string("k").int32(9).int32(10).int64(1L << 40),
        "claims 1099511627776 values");
    assertRefused(
        GgufBytes.start(3, 0, 1).int64(1).int8(0xff).int32(0).int8(0), "text that is not UTF-8");
    assertRefused(
        GgufBytes.start(3, 0, 2).string("k").int32(0).int8(0).string("k").int32(0).int8(0),
        "key 'k' stands twice");
    GgufBytes deep = GgufBytes.start(3, 0, 1).string("k").int32(9);
    for (int i = 0; i < 100_000; i++) {
      deep.int32(9).int64(1);
    }
    assertRefused(deep, "nested more than 8 deep");
  }

  @Test
  void refusesTensorsThatCannotBe() {
    assertRefused(tensor(F32, 0, 9), "'t' of 36 bytes from 0 on lies beyond the end of the file");
    assertRefused(tensor(F32, 64, 1), "'t' of 4 bytes from 64 on lies beyond the end");
    assertRefused(tensor(F32, -32, 1), "'t' starts at 18446744073709551584, no multiple of");
    assertRefused(tensor(F32, 4, 1), "'t' starts at 4, no multiple of the alignment 32");
    assertRefused(tensor(Q8_0, 0, 16), "rows of 16 elements, which are no whole blocks of 32");
    assertRefused(tensor(F32, 0, 1, 1, 1, 1, 1), "claims 5 axes, known are up to 4");
    assertRefused(tensor(F32, 0, -1), "an extent beyond 2^63");
    assertRefused(tensor(F32, 0, 1L << 40, 1L << 40), "more elements than any memory can hold");
    assertRefused(tensor(Q4_K, 0, 1L << 40, 1L << 40), "more elements than any memory can hold");
    GgufBytes twice = GgufBytes.start(3, 2, 0).tensor("t", F32, 0, 1).tensor("t", F32, 32, 1);
    assertRefused(twice.align(32).raw(new byte[64]), "tensor 't' stands twice");
    GgufBytes overlap = GgufBytes.start(3, 2, 0).tensor("t", F32, 0, 9).tensor("u", F32, 32, 1);
    assertRefused(overlap.align(32).raw(new byte[64]), "tensors 't' and 'u' overlap");
    for (int alignment : new int[] {0, 4, 12, -8}) {
      GgufBytes odd = GgufBytes.start(3, 0, 1).string("general.alignment").int32(4);
      assertRefused(odd.int32(alignment), "general.alignment must be a multiple of 8");
    }
  }

  private static GgufBytes tensor(int type, long offset, long... extents) {
    return GgufBytes.start(3, 1, 0).tensor("t", type, offset, extents).align(32).raw(new byte[32]);
  }

  @Test
  void tensorsAboveTwoGibibytesAreReadWhereTheyLie() throws IOException {
    long elements = (3L << 30) / 4;
    GgufBytes head = GgufBytes.start(3, 1, 0).tensor("t", F32, 0, elements).align(32);
    Path path = folder.resolve("sparse.gguf");
    try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
      out.write(head.bytes());
      out.setLength(out.length() + 4 * elements);
      out.seek(out.length() - 4);
      out.writeInt(Integer.reverseBytes(Float.floatToIntBits(42)));
    }
    try (GgufFile file = GgufFile.open(path)) {
      float[] end = new float[2];
      file.readFloats(file.entry("t"), elements - 2, MemorySegment.ofArray(end), 2);
      assertThat(end).containsExactly(0, 42);
    }
  }

  @Test
  void dataIsGoneOnceTheFileIsClosed() throws IOException {
    GgufFile file = open(tensor(F32, 0, 1));
    file.close();
    file.close();
    assertThatThrownBy(() -> floats(file, "t")).isInstanceOf(IllegalStateException.class);
  }
}
