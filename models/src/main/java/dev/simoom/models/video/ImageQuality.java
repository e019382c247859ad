package dev.simoom.models.video;

/** How close pictures are to others, from bytes of [height][width][3]. */
public final class ImageQuality {
  private static final int WINDOW = 11;
  private static final double[] GAUSS = gauss(1.5);
  private static final double C1 = 0.01 * 255 * 0.01 * 255;
  private static final double C2 = 0.03 * 255 * 0.03 * 255;

  private ImageQuality() {}

  /** The mean of the squared differences of all bytes, in units of a byte's steps. */
  public static double meanSquaredError(byte[] a, byte[] b) {
    checkLengths(a, b);
    return squares(a, b, 0, a.length) / a.length;
  }

  private static double squares(byte[] a, byte[] b, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      int difference = (a[i] & 255) - (b[i] & 255);
      sum += difference * difference;
    }
    return sum;
  }

  /** Peak signal-to-noise ratio in dB for a peak of 255; infinite if all bytes are the same. */
  public static double psnr(byte[] a, byte[] b) {
    return decibels(meanSquaredError(a, b));
  }

  /**
   * The same of some pixels.
   *
   * @param mask [height][width], which pixels count, at least one
   * @throws IllegalArgumentException if lengths differ, or the mask leaves no pixel
   */
  public static double psnr(byte[] a, byte[] b, boolean[] mask) {
    checkLengths(a, b);
    if (mask.length * 3L != a.length) {
      throw new IllegalArgumentException(
          "psnr: a mask of %d pixels for %d bytes of pixels".formatted(mask.length, a.length));
    }
    double sum = 0;
    long count = 0;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i]) {
        sum += squares(a, b, 3 * i, 3 * i + 3);
        count += 3;
      }
    }
    if (count == 0) {
      throw new IllegalArgumentException("psnr: the mask leaves no pixel");
    }
    return decibels(sum / count);
  }

  /**
   * Peak signal-to-noise ratio in dB of a mean squared difference, for a peak of 255; infinite for
   * none.
   */
  public static double decibels(double meanSquare) {
    return meanSquare == 0 ? Double.POSITIVE_INFINITY : 10 * StrictMath.log10(65025 / meanSquare);
  }

  /**
   * Structural similarity, 1 for equal pictures: mean over all windows of 11x11 that lie inside,
   * weighted by a Gaussian of sigma 1.5, on luma (Wang, Bovik, Sheikh and Simoncelli, "Image
   * quality assessment: from error visibility to structural similarity", 2004, with its K1 = 0.01
   * and K2 = 0.03; luma of ITU-R BT.601, not rounded).
   *
   * @param a [height][width][3]
   * @param b likewise
   * @param height rows, 11 or more
   * @param width columns, 11 or more
   * @throws IllegalArgumentException if a side is too short, or the arrays are not of this size
   */
  public static double ssim(byte[] a, byte[] b, int height, int width) {
    checkLengths(a, b);
    if (height < WINDOW || width < WINDOW || 3L * height * width != a.length) {
      throw new IllegalArgumentException(
          "ssim: %d bytes as %dx%d; both sides are 11 or more".formatted(a.length, width, height));
    }
    double[] x = luma(a);
    double[] y = luma(b);
    double[] meanX = blurred(x, height, width);
    double[] meanY = blurred(y, height, width);
    double[] squareX = blurred(product(x, x), height, width);
    double[] squareY = blurred(product(y, y), height, width);
    double[] both = blurred(product(x, y), height, width);
    double sum = 0;
    for (int i = 0; i < both.length; i++) {
      double means = meanX[i] * meanY[i];
      double squares = meanX[i] * meanX[i] + meanY[i] * meanY[i];
      double luminance = (2 * means + C1) / (squares + C1);
      sum += luminance * (2 * (both[i] - means) + C2) / (squareX[i] + squareY[i] - squares + C2);
    }
    return sum / both.length;
  }

  private static double[] luma(byte[] rgb) {
    double[] luma = new double[rgb.length / 3];
    for (int i = 0; i < luma.length; i++) {
      luma[i] =
          0.299 * (rgb[3 * i] & 255)
              + 0.587 * (rgb[3 * i + 1] & 255)
              + 0.114 * (rgb[3 * i + 2] & 255);
    }
    return luma;
  }

  private static double[] product(double[] a, double[] b) {
    double[] product = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      product[i] = a[i] * b[i];
    }
    return product;
  }

  /** The weighted means of all windows that lie inside, first along rows, then along columns. */
  private static double[] blurred(double[] image, int height, int width) {
    int columns = width - WINDOW + 1;
    double[] along = new double[height * columns];
    for (int i = 0; i < along.length; i++) {
      along[i] = weighted(image, i / columns * width + i % columns, 1);
    }
    double[] result = new double[(height - WINDOW + 1) * columns];
    for (int i = 0; i < result.length; i++) {
      result[i] = weighted(along, i, columns);
    }
    return result;
  }

  private static double weighted(double[] values, int start, int step) {
    double sum = 0;
    for (int k = 0; k < WINDOW; k++) {
      sum += GAUSS[k] * values[start + k * step];
    }
    return sum;
  }

  private static double[] gauss(double sigma) {
    double[] weights = new double[WINDOW];
    double sum = 0;
    for (int k = 0; k < WINDOW; k++) {
      double distance = k - WINDOW / 2;
      weights[k] = StrictMath.exp(-distance * distance / (2 * sigma * sigma));
      sum += weights[k];
    }
    for (int k = 0; k < WINDOW; k++) {
      weights[k] /= sum;
    }
    return weights;
  }

  private static void checkLengths(byte[] a, byte[] b) {
    if (a.length != b.length || a.length == 0) {
      throw new IllegalArgumentException(
          "quality: pictures of %d and %d bytes cannot be compared".formatted(a.length, b.length));
    }
  }
}
