package dev.simoom.models.video;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.npy.NpyArray;
import dev.simoom.tensor.npy.NpyException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * An .npy file of pixels, mapped into memory: [T, H, W, 3] or [episodes, T, H, W, 3] of uint8, or
 * of float32 or float64 in [0, 1].
 */
final class Npy implements AutoCloseable {
  /** Arithmetic may leave numbers a little beyond 0 and 1. */
  private static final double SLACK = 1e-3;

  private static final String HELP = "; save it as uint8, or as float32 or float64 in [0, 1]";

  private final NpyArray array;
  private final String name;
  private final ValueLayout layout;
  private final long[] shape;
  private final long[] strides;

  private Npy(NpyArray array, String name) throws VideoException {
    this.array = array;
    this.name = name;
    layout = layout(array.descr());
    shape = shape(array.shape());
    strides = strides(array.isFortranOrder());
  }

  /**
   * Opens a file and checks all but its pixels.
   *
   * @throws VideoException if it is no such array
   */
  static Npy open(Path file) throws IOException {
    NpyArray array = array(file);
    try {
      return new Npy(array, file.toString());
    } catch (Throwable e) {
      array.close();
      throw e;
    }
  }

  private static NpyArray array(Path file) throws IOException {
    try {
      return NpyArray.open(file);
    } catch (NpyException e) {
      throw new VideoException(e.getMessage() + HELP);
    }
  }

  private ValueLayout layout(String type) throws VideoException {
    ByteOrder order = type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return switch (type) {
      case "|u1", "<u1", ">u1" -> ValueLayout.JAVA_BYTE;
      case "<f4", ">f4" -> ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order);
      case "<f8", ">f8" -> ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order);
      default ->
          throw new VideoException("%s holds numbers of type '%s'%s".formatted(name, type, HELP));
    };
  }

  /** With one episode as the first axis if it lacks. */
  private long[] shape(Shape stored) throws VideoException {
    boolean whole = stored.toList().stream().allMatch(n -> n >= 1 && n <= Integer.MAX_VALUE);
    boolean rank = stored.rank() == 4 || stored.rank() == 5;
    if (!whole || !rank || stored.extent(-1) != 3) {
      throw new VideoException(
          "%s has the shape %s; frames are [time, height, width, 3], with episodes before time if there are several"
              .formatted(name, stored));
    }
    return stored.rank() == 4 ? Shape.of(1).concat(stored).toArray() : stored.toArray();
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
                case ValueLayout.OfFloat f -> level(array.data().get(f, place), frame);
                case ValueLayout.OfDouble d -> level(array.data().get(d, place), frame);
                default -> array.data().get(ValueLayout.JAVA_BYTE, place);
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
    array.close();
  }
}
