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
 */
public record FrameShape(int height, int width, int patch) {
  /** Red, green and blue. */
  private static final int COLOURS = 3;

  /**
   * A shape.
   *
   * @throws IllegalArgumentException if a number is not positive
   */
  public FrameShape {
    if (height < 1 || width < 1 || patch < 1) {
      throw new IllegalArgumentException(
          "frames of %d x %d in patches of %d".formatted(height, width, patch));
    }
  }

  /** The same frames in patches of another size. */
  public FrameShape withPatch(int side) {
    return new FrameShape(height, width, side);
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
    return patch * patch * COLOURS;
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
      for (int y = 0; y < patch; y++) {
        for (int x = 0; x < patch; x++) {
          int pixel = pixel(place, y, x);
          for (int colour = 0; colour < COLOURS; colour++) {
            patches[at++] = (rgb[from + pixel + colour] & 0xff) / 255f;
          }
        }
      }
    }
  }

  /** Puts a frame together from patches; numbers outside of [0, 1] are cut off. */
  public void toBytes(float[] patches, int from, byte[] rgb, int to) {
    int at = from;
    for (int place = 0; place < places(); place++) {
      for (int y = 0; y < patch; y++) {
        for (int x = 0; x < patch; x++) {
          boolean inside = row(place, y) < height && column(place, x) < width;
          int pixel = pixel(place, y, x);
          for (int colour = 0; colour < COLOURS; colour++) {
            float value = patches[at++];
            if (inside) {
              rgb[to + pixel + colour] = (byte) Math.round(Math.clamp(value, 0f, 1f) * 255);
            }
          }
        }
      }
    }
  }

  private int pixel(int place, int y, int x) {
    int row = Math.min(height - 1, row(place, y));
    int column = Math.min(width - 1, column(place, x));
    return (row * width + column) * COLOURS;
  }

  private int row(int place, int y) {
    return place / columns() * patch + y;
  }

  private int column(int place, int x) {
    return place % columns() * patch + x;
  }
}
