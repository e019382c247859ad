package dev.simoom.models.run;

import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label.LABEL_OPTIONAL;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label.LABEL_REPEATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Read back with Google's protocol buffers, by the part of event.proto that TensorBoard needs. */
final class EventFileTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_700_000_000_250L), ZoneOffset.UTC);
  private static final Descriptor EVENT = event();

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve(EventFile.NAME);
  }

  private static Descriptor event() {
    DescriptorProto value =
        DescriptorProto.newBuilder()
            .setName("Value")
            .addField(field("tag", 1, Type.TYPE_STRING))
            .addField(field("simple_value", 2, Type.TYPE_FLOAT))
            .build();
    DescriptorProto summary =
        DescriptorProto.newBuilder()
            .setName("Summary")
            .addField(message("value", 1, "Value").setLabel(LABEL_REPEATED))
            .build();
    DescriptorProto event =
        DescriptorProto.newBuilder()
            .setName("Event")
            .addField(field("wall_time", 1, Type.TYPE_DOUBLE))
            .addField(field("step", 2, Type.TYPE_INT64))
            .addField(field("file_version", 3, Type.TYPE_STRING))
            .addField(message("summary", 5, "Summary"))
            .build();
    FileDescriptorProto all =
        FileDescriptorProto.newBuilder()
            .setName("event.proto")
            .setSyntax("proto3")
            .addMessageType(value)
            .addMessageType(summary)
            .addMessageType(event)
            .build();
    try {
      return FileDescriptor.buildFrom(all, new FileDescriptor[0]).findMessageTypeByName("Event");
    } catch (DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }

  private static FieldDescriptorProto.Builder field(String name, int number, Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(LABEL_OPTIONAL);
  }

  private static FieldDescriptorProto.Builder message(String name, int number, String type) {
    return field(name, number, Type.TYPE_MESSAGE).setTypeName(type);
  }

  /** Every record with its sums checked, bit by bit rather than by the JDK's CRC. */
  private List<DynamicMessage> read() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<DynamicMessage> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[Long.BYTES];
      bytes.get(length);
      assertThat(bytes.getInt()).isEqualTo(masked(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(data);
      assertThat(bytes.getInt()).isEqualTo(masked(data));
      DynamicMessage event = DynamicMessage.parseFrom(EVENT, data);
      assertThat(event.getUnknownFields().asMap()).isEmpty();
      events.add(event);
    }
    return events;
  }

  private static int masked(byte[] data) {
    int crc = -1;
    for (byte b : data) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
      }
    }
    crc = ~crc;
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }

  private static Object get(DynamicMessage message, String field) {
    return message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  private static Map<String, Float> scalars(DynamicMessage event) {
    Map<String, Float> scalars = new LinkedHashMap<>();
    DynamicMessage summary = (DynamicMessage) get(event, "summary");
    for (Object value : (List<?>) get(summary, "value")) {
      DynamicMessage each = (DynamicMessage) value;
      scalars.put((String) get(each, "tag"), (Float) get(each, "simple_value"));
    }
    return scalars;
  }

  @Test
  void theSumOfAKnownTextIsRight() {
    // CRC-32C of these digits is the check value of the polynomial, 0xe3069283.
    int crc = 0xe3069283;
    assertThat(masked("123456789".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo((crc >>> 15 | crc << 17) + 0xa282ead8);
  }

  @Test
  void figuresAreReadAsTheyWereAdded() throws IOException {
    long late = 5_000_000_000L;
    try (EventFile events = EventFile.open(file, 0, CLOCK)) {
      events.add("lm", 1, Map.of("loss", 7.5));
      events.add("sae", late, Map.of("größe", Double.NaN));
    }
    List<DynamicMessage> read = read();
    assertThat(read).hasSize(3);
    assertThat(get(read.getFirst(), "file_version")).isEqualTo("brain.Event:2");
    assertThat((Double) get(read.get(1), "wall_time")).isEqualTo(1_700_000_000.25, within(0.0));
    assertThat(get(read.get(1), "step")).isEqualTo(1L);
    assertThat(scalars(read.get(1))).isEqualTo(Map.of("lm/loss", 7.5f));
    assertThat(get(read.get(2), "step")).isEqualTo(late);
    assertThat(scalars(read.get(2))).isEqualTo(Map.of("sae/größe", Float.NaN));
  }

  @Test
  void whatCameAfterACheckpointGoes() throws IOException {
    write(5);
    try (EventFile events = EventFile.open(file, 3, CLOCK)) {
      events.add("lm", 30, Map.of("loss", 1.0));
    }
    assertThat(read().stream().map(e -> get(e, "step"))).containsExactly(0L, 0L, 1L, 2L, 30L);
  }

  @Test
  void aFileThatWasCutOrChangedKeepsWhatIsWhole() throws IOException {
    write(4);
    byte[] whole = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 300; i++) {
      byte[] broken = whole.clone();
      if (i % 2 == 0) {
        broken = Arrays.copyOf(whole, random.nextInt(whole.length));
      } else {
        broken[random.nextInt(whole.length)] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(file, broken);
      try (EventFile events = EventFile.open(file, 4, CLOCK)) {
        events.add("lm", 99, Map.of("loss", 1.0));
      }
      List<DynamicMessage> read = read();
      assertThat(get(read.getFirst(), "file_version")).isEqualTo("brain.Event:2");
      assertThat(get(read.getLast(), "step")).isEqualTo(99L);
      assertThat(read.size()).isBetween(2, 5);
    }
  }

  @Test
  void aLongFileEndsInTheMiddleOfNothing() throws IOException {
    write(1);
    Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
    EventFile.open(file, 1, CLOCK).close();
    assertThat(read()).hasSize(2);
  }

  private void write(int count) throws IOException {
    try (EventFile events = EventFile.open(file, 0, CLOCK)) {
      for (int i = 0; i < count; i++) {
        events.add("lm", i, Map.of("loss", 1.0 / (1 + i)));
      }
    }
  }
}
