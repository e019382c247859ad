package dev.simoom.models.video;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * An .npy file of pixels, mapped into memory: [T, H, W, 3] or [episodes, T, H, W, 3] of uint8, or
 * of float32 or float64 in [0, 1].
 */
final class Npy implements AutoCloseable {
  /** Arithmetic may leave numbers a little beyond 0 and 1. */
  private static final double SLACK = 1e-3;

  private final Arena arena;
  private final String name;
  private final MemorySegment data;
  private final ValueLayout layout;
  private final long[] shape;
  private final long[] strides;

  private Npy(Arena arena, String name, MemorySegment file) throws VideoException {
    this.arena = arena;
    this.name = name;
    NpyHeader header = NpyHeader.of(file, name);
    layout = layout(header.type());
    shape = shape(header.shape());
    data = file.asSlice(header.bytes());
    checkLength();
    strides = strides(header.fortran());
  }

  /**
   * Opens a file and checks all but its pixels.
   *
   * @throws VideoException if it is no such array
   */
  static Npy open(Path file) throws IOException {
    Arena arena = Arena.ofConfined();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new Npy(arena, file.toString(), all);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private ValueLayout layout(String type) throws VideoException {
    ByteOrder order = type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return switch (type) {
      case "|u1", "<u1", ">u1" -> ValueLayout.JAVA_BYTE;
      case "<f4", ">f4" -> ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order);
      case "<f8", ">f8" -> ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order);
      default ->
          throw new VideoException(
              "%s holds numbers of type '%s'; save it as uint8, or as float32 or float64 in [0, 1]"
                  .formatted(name, type));
    };
  }

  /** With one episode as the first axis if it lacks. */
  private long[] shape(long[] stored) throws VideoException {
    boolean whole = Arrays.stream(stored).allMatch(extent -> extent >= 1 && extent < 1L << 31);
    boolean rank = stored.length == 4 || stored.length == 5;
    if (!whole || !rank || stored[stored.length - 1] != 3) {
      throw new VideoException(
          "%s has the shape %s; frames are [time, height, width, 3], with episodes before time if there are several"
              .formatted(name, text(stored)));
    }
    long[] five = new long[5];
    five[0] = 1;
    System.arraycopy(stored, 0, five, 5 - stored.length, stored.length);
    return five;
  }

  private static String text(long[] shape) {
    return Arrays.stream(shape)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private void checkLength() throws VideoException {
    long wanted = layout.byteSize();
    try {
      for (long extent : shape) {
        wanted = Math.multiplyExact(wanted, extent);
      }
    } catch (ArithmeticException e) {
      throw new VideoException("%s has the absurd shape %s".formatted(name, text(shape)));
    }
    if (wanted != data.byteSize()) {
      throw new VideoException(
          "%s has %d bytes of pixels where its shape takes %d; copy or save it anew"
              .formatted(name, data.byteSize(), wanted));
    }
  }

  /** Of the five axes in bytes. */
  private long[] strides(boolean fortran) {
    long[] result = new long[5];
    long stride = layout.byteSize();
    for (int i = 0; i < 5; i++) {
      int axis = fortran ? i : 4 - i;
      result[axis] = stride;
      stride *= shape[axis];
    }
    return result;
  }

  /** Number of episodes. */
  int episodes() {
    return (int) shape[0];
  }

  /** Number of frames of each. */
  int frames() {
    return (int) shape[1];
  }

  /** Rows of a frame. */
  int height() {
    return (int) shape[2];
  }

  /** Columns of a frame. */
  int width() {
    return (int) shape[3];
  }

  /**
   * Reads a frame.
   *
   * @param rgb takes [height][width][3]
   * @throws VideoException if a number lies outside [0, 1]
   */
  void read(int episode, int frame, byte[] rgb) throws VideoException {
    long start = episode * strides[0] + frame * strides[1];
    int at = 0;
    for (int y = 0; y < height(); y++) {
      for (int x = 0; x < width(); x++) {
        for (int c = 0; c < 3; c++) {
          long place = start + y * strides[2] + x * strides[3] + c * strides[4];
          rgb[at++] =
              switch (layout) {
                case ValueLayout.OfFloat f -> level(data.get(f, place), frame);
                case ValueLayout.OfDouble d -> level(data.get(d, place), frame);
                default -> data.get(ValueLayout.JAVA_BYTE, place);
              };
        }
      }
    }
  }

  private byte level(double value, int frame) throws VideoException {
    if (!(value >= -SLACK && value <= 1 + SLACK)) {
      throw new VideoException(
          "%s holds %s in frame %d; numbers with a fraction lie in [0, 1], those up to 255 are saved as uint8"
              .formatted(name, value, frame + 1));
    }
    return (byte) Math.round(Math.clamp(value, 0.0, 1.0) * 255);
  }

  @Override
  public void close() {
    arena.close();
  }
}
