package dev.simoom.models.genie;

import dev.simoom.models.video.ImageQuality;
import org.jspecify.annotations.Nullable;

/**
 * Squared differences of pixels, over all and over those that had changed since the frame before.
 */
final class PixelError {
  /** Bytes that differ by more have changed. */
  private static final int CHANGE = 5;

  private double all;
  private long allCount;
  private double changed;
  private long changedCount;

  /**
   * Adds a frame.
   *
   * @param before the true frame before, or null where there is none
   */
  void add(byte[] drawn, byte[] truth, byte @Nullable [] before) {
    for (int i = 0; i < truth.length; i++) {
      double difference = (drawn[i] & 0xff) - (truth[i] & 0xff);
      double square = difference * difference;
      all += square;
      if (before != null && Math.abs((truth[i] & 0xff) - (before[i] & 0xff)) > CHANGE) {
        changed += square;
        changedCount++;
      }
    }
    allCount += truth.length;
  }

  /** Peak signal-to-noise ratio of all pixels, in decibels with a peak of 255. */
  double psnr() {
    return psnr(all, allCount);
  }

  /** The same of the pixels that had changed. */
  double changedPsnr() {
    return psnr(changed, changedCount);
  }

  private static double psnr(double sum, long count) {
    return count == 0 ? Double.NaN : ImageQuality.decibels(sum / count);
  }
}
