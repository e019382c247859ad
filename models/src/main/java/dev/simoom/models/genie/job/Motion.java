package dev.simoom.models.genie.job;

/**
 * By how far the content of a frame lies elsewhere than that of another: the shift with the least
 * mean difference.
 *
 * @param right pixels to the right
 * @param down pixels down
 */
record Motion(int right, int down) {
  private static final int FARTHEST = 6;

  /** The motion between two frames [height][width][3]. */
  static Motion between(byte[] before, byte[] after, int height, int width) {
    Motion best = new Motion(0, 0);
    double least = difference(before, after, height, width, 0, 0);
    for (int down = -FARTHEST; down <= FARTHEST; down++) {
      for (int right = -FARTHEST; right <= FARTHEST; right++) {
        double difference = difference(before, after, height, width, right, down);
        if (difference < least) {
          least = difference;
          best = new Motion(right, down);
        }
      }
    }
    return best;
  }

  private static double difference(
      byte[] before, byte[] after, int height, int width, int right, int down) {
    long sum = 0;
    long count = 0;
    for (int y = Math.max(0, down); y < Math.min(height, height + down); y++) {
      for (int x = Math.max(0, right); x < Math.min(width, width + right); x++) {
        int to = (y * width + x) * 3;
        int from = ((y - down) * width + x - right) * 3;
        for (int c = 0; c < 3; c++) {
          sum += Math.abs((after[to + c] & 0xff) - (before[from + c] & 0xff));
          count++;
        }
      }
    }
    return count == 0 ? Double.MAX_VALUE : (double) sum / count;
  }
}
