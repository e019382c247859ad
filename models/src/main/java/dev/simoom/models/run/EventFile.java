package dev.simoom.models.run;

import dev.simoom.tensor.AtomicFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A file of figures over steps that TensorBoard reads.
 *
 * <p>It is a sequence of records, each with its length and masked CRC-32C sums of both (the format
 * of TensorFlow's {@code record_writer}); a record is a message {@code Event} of TensorFlow's
 * {@code event.proto}, the first of them the version of the format.
 */
final class EventFile implements AutoCloseable {
  /** A name by which TensorBoard finds it. */
  static final String NAME = "events.out.tfevents.simoom";

  private static final byte[] VERSION = "brain.Event:2".getBytes(StandardCharsets.UTF_8);
  private static final int MASK = 0xa282ead8;
  private static final double MILLIS = 1000;

  private static final int HEADER = Long.BYTES + Integer.BYTES;

  private final FileChannel channel;
  private final Clock clock;

  private EventFile(FileChannel channel, Clock clock) {
    this.channel = channel;
    this.clock = clock;
  }

  /**
   * Opens a file to add events to.
   *
   * @param kept events that stay, from the first on; what follows them goes, and so does whatever
   *     is no event
   */
  static EventFile open(Path file, long kept, Clock clock) throws IOException {
    ByteBuffer old = ByteBuffer.wrap(Files.exists(file) ? Files.readAllBytes(file) : new byte[0]);
    old.order(ByteOrder.LITTLE_ENDIAN);
    long wanted = kept + 1;
    while (wanted > 0 && skipRecord(old)) {
      wanted--;
    }
    byte[] content = new byte[old.position()];
    old.get(0, content);
    AtomicFiles.write(file, content.length > 0 ? content : first(clock));
    return new EventFile(FileChannel.open(file, StandardOpenOption.APPEND), clock);
  }

  private static byte[] first(Clock clock) throws IOException {
    Message event = new Message().number(1, clock.millis() / MILLIS);
    return record(event.bytes(3, VERSION).content());
  }

  /** Moves behind the next record, if there is one and it is whole. */
  private static boolean skipRecord(ByteBuffer file) {
    int start = file.position();
    if (file.remaining() < HEADER) {
      return false;
    }
    long length = file.getLong(start);
    if (file.getInt(start + Long.BYTES) != sum(file.array(), start, Long.BYTES)
        || length < 0
        || length > file.remaining() - HEADER - Integer.BYTES) {
      return false;
    }
    int end = start + HEADER + (int) length;
    if (file.getInt(end) != sum(file.array(), start + HEADER, (int) length)) {
      return false;
    }
    file.position(end + Integer.BYTES);
    return true;
  }

  /** Adds figures of a step, each with its name behind that of a stage, in one event. */
  void add(String stage, long step, Map<String, Double> figures) throws IOException {
    Message summary = new Message();
    for (Map.Entry<String, Double> figure : figures.entrySet()) {
      byte[] tag = (stage + "/" + figure.getKey()).getBytes(StandardCharsets.UTF_8);
      Message value = new Message().bytes(1, tag).number(2, figure.getValue().floatValue());
      summary.bytes(1, value.content());
    }
    Message event = new Message().number(1, clock.millis() / MILLIS).integer(2, step);
    byte[] record = record(event.bytes(5, summary.content()).content());
    AtomicFiles.writeAll(channel, ByteBuffer.wrap(record));
  }

  private static byte[] record(byte[] data) {
    ByteBuffer record = ByteBuffer.allocate(HEADER + data.length + Integer.BYTES);
    record.order(ByteOrder.LITTLE_ENDIAN).putLong(data.length);
    record.putInt(sum(record.array(), 0, Long.BYTES));
    return record.put(data).putInt(sum(data, 0, data.length)).array();
  }

  /** A CRC-32C, changed so that one over data that holds another stays a good sum. */
  private static int sum(byte[] data, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** A message of protocol buffers, field by field. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int COUNTED = 2;
    private static final int FOUR_BYTES = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] content() {
      return out.toByteArray();
    }

    Message integer(int field, long value) {
      varint((long) field << 3 | VARINT);
      varint(value);
      return this;
    }

    Message number(int field, double value) {
      varint((long) field << 3 | EIGHT_BYTES);
      return raw(Double.doubleToRawLongBits(value), Double.BYTES);
    }

    Message number(int field, float value) {
      varint((long) field << 3 | FOUR_BYTES);
      return raw(Float.floatToRawIntBits(value), Float.BYTES);
    }

    Message bytes(int field, byte[] value) {
      varint((long) field << 3 | COUNTED);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    private Message raw(long bits, int bytes) {
      for (int i = 0; i < bytes; i++) {
        out.write((int) (bits >>> 8 * i));
      }
      return this;
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        out.write((int) (rest & 0x7F | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
