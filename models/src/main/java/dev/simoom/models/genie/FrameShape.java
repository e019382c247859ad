package dev.simoom.models.genie;

/**
 * The size of frames and of the square patches that they are cut into, by rows from the top left.
 *
 * <p>A frame that patches do not fill is continued by its last row and column, and cut again on the
 * way back.
 *
 * @param height pixels
 * @param width pixels
 * @param patch pixels along a patch's side
 * @param shrink pixels along each side whose mean is one of a patch's; a divisor of the patch
 */
public record FrameShape(int height, int width, int patch, int shrink) {
  /** Red, green and blue. */
  private static final int COLOURS = 3;

  /**
   * A shape.
   *
   * @throws IllegalArgumentException if a number is not positive, or patches cannot be shrunk so
   */
  public FrameShape {
    if (height < 1 || width < 1 || patch < 1 || shrink < 1 || patch % shrink != 0) {
      throw new IllegalArgumentException(
          "frames of %d x %d in patches of %d, shrunk by %d"
              .formatted(height, width, patch, shrink));
    }
  }

  /** Frames whose patches have all their pixels. */
  public FrameShape(int height, int width, int patch) {
    this(height, width, patch, 1);
  }

  /** Patches of a frame. */
  public int places() {
    return rows() * columns();
  }

  /** Rows of patches. */
  public int rows() {
    return (height + patch - 1) / patch;
  }

  /** Columns of patches. */
  public int columns() {
    return (width + patch - 1) / patch;
  }

  /** Numbers of a patch: [row][column][colour]. */
  public int features() {
    return side() * side() * COLOURS;
  }

  private int side() {
    return patch / shrink;
  }

  /** Bytes of a frame: [row][column][colour]. */
  public int bytes() {
    return height * width * COLOURS;
  }

  /** Numbers of a frame's patches. */
  public int elements() {
    return places() * features();
  }

  /** Cuts a frame of bytes into patches of numbers in [0, 1]. */
  public void toPatches(byte[] rgb, int from, float[] patches, int to) {
    int at = to;
    for (int place = 0; place < places(); place++) {
      for (int y = 0; y < side(); y++) {
        for (int x = 0; x < side(); x++) {
          for (int colour = 0; colour < COLOURS; colour++) {
            patches[at++] = mean(rgb, from + colour, row(place, y), column(place, x));
          }
        }
      }
    }
  }

  private float mean(byte[] rgb, int from, int top, int left) {
    int sum = 0;
    for (int y = top; y < top + shrink; y++) {
      for (int x = left; x < left + shrink; x++) {
        sum += rgb[from + pixel(Math.min(height - 1, y), Math.min(width - 1, x))] & 0xff;
      }
    }
    return sum / (255f * shrink * shrink);
  }

  /** Puts a frame together from patches; numbers outside of [0, 1] are cut off. */
  public void toBytes(float[] patches, int from, byte[] rgb, int to) {
    int at = from;
    for (int place = 0; place < places(); place++) {
      for (int y = 0; y < side(); y++) {
        for (int x = 0; x < side(); x++) {
          for (int colour = 0; colour < COLOURS; colour++) {
            byte value = (byte) Math.round(Math.clamp(patches[at++], 0f, 1f) * 255);
            fill(rgb, to + colour, row(place, y), column(place, x), value);
          }
        }
      }
    }
  }

  private void fill(byte[] rgb, int to, int top, int left, byte value) {
    for (int y = top; y < Math.min(height, top + shrink); y++) {
      for (int x = left; x < Math.min(width, left + shrink); x++) {
        rgb[to + pixel(y, x)] = value;
      }
    }
  }

  private int pixel(int row, int column) {
    return (row * width + column) * COLOURS;
  }

  private int row(int place, int y) {
    return place / columns() * patch + y * shrink;
  }

  private int column(int place, int x) {
    return place % columns() * patch + x * shrink;
  }
}
