package dev.simoom.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is accepted and refused as a file, and the bytes that are written. */
class SafetensorsFormatTest {
  private static final String SMALL =
      "{\"a\":{\"dtype\":\"I16\",\"shape\":[2],\"data_offsets\":[0,4]},"
          + "\"é\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[4,5]}}  ";

  @TempDir Path folder;

  private static byte[] file(long length, byte[] header, int dataBytes) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + dataBytes);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(header);
    for (int i = 0; i < dataBytes; i++) {
      bytes.put((byte) (i + 1));
    }
    return bytes.array();
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return file(text.length, text, dataBytes);
  }

  private Path store(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("some.safetensors"), bytes);
  }

  private void assertRefused(byte[] bytes, String problem) throws IOException {
    Path path = store(bytes);
    assertThatThrownBy(() -> SafetensorsFile.open(path).close())
        .isExactlyInstanceOf(SafetensorsException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(problem);
  }

  @Test
  void readsAFileWrittenByHand() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(store(file(SMALL, 5)))) {
      assertThat(file.names()).containsExactly("a", "é");
      assertThat(file.metadata()).isEmpty();
      assertThat(file.entry("a").dtype()).isEqualTo("I16");
      assertThat(file.entry("é").shape()).isEqualTo(Shape.SCALAR);
      int[] values = new int[2];
      file.readInts(file.entry("a"), 0, MemorySegment.ofArray(values), 2);
      assertThat(values).containsExactly(0x0201, 0x0403);
    }
  }

  @Test
  void acceptsTheEmptyFileAndAnyOrderOfTensorsAndEmptyOnesAnywhere() throws IOException {
    SafetensorsFile.open(store(file("{}", 0))).close();
    String header =
        "{\"b\":{\"data_offsets\":[1,2],\"dtype\":\"U8\",\"shape\":[1,1]},"
            + "\"none\":{\"shape\":[3,0],\"dtype\":\"F32\",\"data_offsets\":[1,1]},"
            + "\"__metadata__\":{\"k\":\"\\u00e4\"},"
            + "\"f8\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}";
    try (SafetensorsFile file = SafetensorsFile.open(store(file(header, 2)))) {
      assertThat(file.names()).containsExactly("b", "none", "f8");
      assertThat(file.metadata()).containsEntry("k", "ä").hasSize(1);
      assertThat(file.entry("none").data().byteSize()).isZero();
      assertThat(file.entry("b").data().toArray(ValueLayout.JAVA_BYTE)).containsExactly(2);
      assertThatThrownBy(() -> file.nearestType(file.entry("f8")))
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining("F8_E4M3 cannot be converted");
      assertThatThrownBy(() -> file.entry("zzz"))
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining("tensor 'zzz': not in this file, which has ['b', 'none', 'f8']");
    }
  }

  @Test
  void refusesAFileCutAnywhere() throws IOException {
    byte[] whole = file(SMALL, 5);
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length), "");
    }
    assertRefused(Arrays.copyOf(whole, whole.length + 1), "take 5 bytes, but the file has 6");
  }

  @Test
  void everyFileWithOneByteChangedIsReadOrRefusedButNothingElse() throws IOException {
    byte[] whole = file(SMALL, 5);
    int refused = 0;
    for (int i = 0; i < whole.length - 5; i++) {
      for (int flip : new int[] {1, 2, 0x10, 0x40, 0x80, 0xff}) {
        byte[] changed = whole.clone();
        changed[i] ^= (byte) flip;
        try (SafetensorsFile file = SafetensorsFile.open(store(changed))) {
          assertThat(file.names()).hasSize(2);
        } catch (SafetensorsException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(whole.length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          0 | [] | not start with '{'
          0 | ` {}` | not start with '{'
          0 | {} x | after the end
          0 | {"a":1} | tensor 'a': its description is not an object
          0 | {"__metadata__":[]} | __metadata__ is not an object
          0 | {"__metadata__":{"k":1}} | maps 'k' to something that is not a string
          0 | {"__metadata__":null} | __metadata__ is not an object
          2 | {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}} | 'a' stands twice
          1 | {"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}} | 'dtype' stands twice
          0 | {"__metadata__":{"k":"1","k":"2"}} | 'k' stands twice
          2 | {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}} | tensor 'b': its data starts at byte 0, inside
          3 | {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}} | tensor 'b': its data starts at byte 2, not at the end
          2 | {"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}} | starts at byte 1, not at the end
          2 | {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} | take 1 bytes, but the file has 2
          1 | {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}} | take 2 bytes, but the file has 1
          4 | {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}} | shape [2] of F32 takes 8 bytes, but data_offsets span 4
          4 | {"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}} | unknown dtype 'F33'
          4 | {"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}} | unknown dtype 'f32'
          4 | {"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}} | dtype is missing
          4 | {"a":{"shape":[1],"data_offsets":[0,4]}} | dtype is missing
          4 | {"a":{"dtype":"F32","data_offsets":[0,4]}} | shape is missing
          4 | {"a":{"dtype":"F32","shape":[1]}} | data_offsets is missing
          4 | {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}} | unknown property 'x'
          4 | {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}} | shape holds something
          4 | {"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}} | shape holds something
          4 | {"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}} | shape holds something
          4 | {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}} | shape holds something
          4 | {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}} | more elements than any memory can hold
          4 | {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}} | first byte and the byte after
          4 | {"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}} | first byte and the byte after
          4 | {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}} | first byte and the byte after
          4 | {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]} | not JSON
          4 | {"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}} | not JSON
          0 | {"\\ud800":{}} | half a surrogate
          """)
  void refusesBrokenHeaders(int dataBytes, String header, String problem) throws IOException {
    assertRefused(file(header, dataBytes), problem);
  }

  @Test
  void refusesLengthsThatCannotBe() throws IOException {
    byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
    assertRefused(file(100_000_001, header, 0), "claims a header of 100000001 bytes");
    assertRefused(file(-1, header, 0), "claims a header of 18446744073709551615 bytes");
    assertRefused(file(Long.MIN_VALUE, header, 0), "claims a header of 9223372036854775808");
    assertRefused(file(100_000_000, header, 0), "ends inside its header");
    assertRefused(file(3, header, 0), "ends inside its header");
    assertRefused(file(0, header, 0), "not start with '{'");
  }

  @Test
  void refusesHeadersThatAreNotUtf8OrTooDeep() throws IOException {
    assertRefused(file(5, new byte[] {'{', '"', (byte) 0xff, '"', '}'}, 0), "not UTF-8");
    assertRefused(file("{\"a\":" + "[".repeat(2_000_000), 0), "nested more than");
    assertRefused(file("{\"" + "x".repeat(5000) + "\":1}", 0), "xxx...'");
  }

  @Test
  void refusesFoldersAndMissingFiles() {
    assertThatThrownBy(() -> SafetensorsFile.open(folder))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("is a folder");
    assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void writesTheBytesOfTheFormat() throws IOException {
    Path path = folder.resolve("golden.safetensors");
    new SafetensorsWriter()
        .add("t", DType.BOOL, Shape.of(3), MemorySegment.ofArray(new int[] {1, 0, 1}))
        .add("x\n", DType.F32, Shape.of(1, 2), MemorySegment.ofArray(new float[] {1, -2}))
        .metadata("z", "\"")
        .metadata("b", "é")
        .write(path);
    String header =
        "{\"__metadata__\":{\"b\":\"é\",\"z\":\"\\\"\"},"
            + "\"t\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[8,11]},"
            + "\"x\\n\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
    ByteBuffer golden = ByteBuffer.allocate(192 + 11);
    golden.order(ByteOrder.LITTLE_ENDIAN).putLong(184).put(header.getBytes(StandardCharsets.UTF_8));
    while (golden.position() < 192) {
      golden.put((byte) ' ');
    }
    golden.putInt(0x3f800000).putInt(0xc0000000).put(new byte[] {1, 0, 1});
    assertThat(path).hasBinaryContent(golden.array());
  }
}
