package dev.simoom.models.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

/**
 * Against figures of NumPy 2.4.6, where the pixels are
 *
 * <pre>{@code
 * y, x, k = np.meshgrid(np.arange(16), np.arange(20), np.arange(3), indexing="ij")
 * pixels = lambda a, b, c: ((a*x + b*y + c*k + x*y) % 256).astype(np.uint8)
 * }</pre>
 *
 * <p>and with {@code x, y} the luma, {@code w} the window and {@code X, Y} sliding_window_view(x,
 * (11, 11)) of each,
 *
 * <pre>{@code
 * m = lambda v: (v*w).sum((2, 3))
 * mx, my = m(X), m(Y)
 * vx, vy, cov = m(X*X)-mx*mx, m(Y*Y)-my*my, m(X*Y)-mx*my
 * ((2*mx*my+c1)*(2*cov+c2)/((mx*mx+my*my+c1)*(vx+vy+c2))).mean()
 * }</pre>
 */
class ImageQualityTest {
  private static final int HEIGHT = 16;
  private static final int WIDTH = 20;

  private static byte[] pixels(int a, int b, int c) {
    byte[] pixels = new byte[HEIGHT * WIDTH * 3];
    for (int i = 0; i < pixels.length; i++) {
      int x = i / 3 % WIDTH;
      int y = i / 3 / WIDTH;
      pixels[i] = (byte) (a * x + b * y + c * (i % 3) + x * y);
    }
    return pixels;
  }

  private interface Change {
    int of(int level);
  }

  private static byte[] changed(byte[] pixels, Change change) {
    byte[] result = pixels.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) change.of(result[i] & 255);
    }
    return result;
  }

  private static void check(byte[] b, double ssim, double squares, double decibels) {
    byte[] a = pixels(3, 5, 7);
    assertThat(ImageQuality.ssim(a, b, HEIGHT, WIDTH)).isCloseTo(ssim, offset(1e-12));
    assertThat(ImageQuality.ssim(b, a, HEIGHT, WIDTH)).isCloseTo(ssim, offset(1e-12));
    assertThat(plainSsim(a, b)).isCloseTo(ssim, offset(1e-12));
    assertThat(ImageQuality.meanSquaredError(a, b)).isCloseTo(squares, offset(1e-9));
    assertThat(ImageQuality.psnr(a, b)).isCloseTo(decibels, offset(1e-12));
  }

  @Test
  void figuresAreThoseOfNumPy() {
    byte[] a = pixels(3, 5, 7);
    check(changed(a, v -> v ^ 4), 0.9930150078319804, 16, 36.08960378211985);
    check(changed(a, v -> v ^ 32), 0.6726996303816276, 1024, 18.027804042280984);
    check(pixels(11, 2, 1), 0.309807451839479, 7461.9, 9.402309362836036);
    check(changed(a, v -> 255 - v), -0.8046992529589369, 18525.133333333335, 5.4531901840156305);
    check(changed(a, v -> v / 2), 0.6481289917131772, 3941.358333333333, 12.174344398021436);
  }

  @Test
  void equalPicturesAreAsCloseAsCanBe() {
    byte[] a = pixels(3, 5, 7);
    assertThat(ImageQuality.meanSquaredError(a, a.clone())).isZero();
    assertThat(ImageQuality.psnr(a, a.clone())).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(ImageQuality.ssim(a, a.clone(), HEIGHT, WIDTH)).isCloseTo(1, offset(1e-14));
  }

  @Test
  void blackAndWhiteAreAsFarAsCanBe() {
    byte[] black = new byte[11 * 11 * 3];
    byte[] white = changed(black, _ -> 255);
    assertThat(ImageQuality.meanSquaredError(black, white)).isEqualTo(65025);
    assertThat(ImageQuality.psnr(black, white)).isZero();
    // Nothing is left but the first constant over the square of white.
    double c1 = 6.5025;
    assertThat(ImageQuality.ssim(black, white, 11, 11)).isCloseTo(c1 / (65025 + c1), offset(1e-9));
  }

  @Test
  void aMaskChoosesPixels() {
    byte[] a = {0, 0, 0, 10, 10, 10, (byte) 200, 7, 7};
    byte[] b = {0, 0, 0, 13, 10, 10, 0, 7, 7};
    boolean[] middle = {false, true, false};
    assertThat(ImageQuality.psnr(a, b, middle))
        .isCloseTo(10 * Math.log10(65025 / 3.0), offset(1e-12));
    assertThat(ImageQuality.psnr(a, b, new boolean[] {true, false, false})).isInfinite();
    assertThat(ImageQuality.psnr(a, b, new boolean[] {true, true, true}))
        .isEqualTo(ImageQuality.psnr(a, b));
  }

  @Test
  void refusesWhatCannotBeCompared() {
    byte[] one = new byte[3];
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageQuality.psnr(one, new byte[6]))
        .withMessage("quality: pictures of 3 and 6 bytes cannot be compared");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageQuality.psnr(one, one, new boolean[2]))
        .withMessage("psnr: a mask of 2 pixels for 3 bytes of pixels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageQuality.psnr(one, one, new boolean[1]))
        .withMessage("psnr: the mask leaves no pixel");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageQuality.ssim(new byte[330], new byte[330], 10, 11))
        .withMessage("ssim: 330 bytes as 11x10; both sides are 11 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageQuality.ssim(new byte[330], new byte[330], 11, 11))
        .withMessageContaining("330 bytes as 11x11");
  }

  /** By the definition: weighted variances about the weighted mean, window by window. */
  private static double plainSsim(byte[] a, byte[] b) {
    double sum = 0;
    int windows = 0;
    for (int top = 0; top + 11 <= HEIGHT; top++) {
      for (int left = 0; left + 11 <= WIDTH; left++) {
        double[] means = new double[2];
        double total = 0;
        for (int i = 0; i < 121; i++) {
          double weight = weight(i);
          total += weight;
          means[0] += weight * luma(a, top + i / 11, left + i % 11);
          means[1] += weight * luma(b, top + i / 11, left + i % 11);
        }
        double x = means[0] / total;
        double y = means[1] / total;
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < 121; i++) {
          double dx = luma(a, top + i / 11, left + i % 11) - x;
          double dy = luma(b, top + i / 11, left + i % 11) - y;
          xx += weight(i) / total * dx * dx;
          yy += weight(i) / total * dy * dy;
          xy += weight(i) / total * dx * dy;
        }
        sum +=
            (2 * x * y + 6.5025)
                / (x * x + y * y + 6.5025)
                * (2 * xy + 58.5225)
                / (xx + yy + 58.5225);
        windows++;
      }
    }
    return sum / windows;
  }

  private static double weight(int i) {
    double squares = Math.pow(i / 11 - 5, 2) + Math.pow(i % 11 - 5, 2);
    return Math.exp(-squares / 4.5);
  }

  private static double luma(byte[] rgb, int y, int x) {
    int at = (y * WIDTH + x) * 3;
    return 0.299 * (rgb[at] & 255) + 0.587 * (rgb[at + 1] & 255) + 0.114 * (rgb[at + 2] & 255);
  }
}
