package dev.simoom.models.genie.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MotionTest {
  @ParameterizedTest
  @CsvSource({"0,0", "3,0", "-4,0", "0,5", "2,-6"})
  void aShiftedPictureIsFound(int right, int down) {
    byte[] world = new byte[60 * 60 * 3];
    new Random(1).nextBytes(world);
    assertThat(Motion.between(cut(world, 20, 20), cut(world, 20 - right, 20 - down), 20, 24))
        .isEqualTo(new Motion(right, down));
  }

  private static byte[] cut(byte[] world, int left, int top) {
    byte[] frame = new byte[20 * 24 * 3];
    for (int y = 0; y < 20; y++) {
      System.arraycopy(world, ((top + y) * 60 + left) * 3, frame, y * 24 * 3, 24 * 3);
    }
    return frame;
  }

  @Test
  void labelsSayWhatIsSeen() {
    assertThat(
            ActionLabels.byMotion(
                new double[] {0.1, -3, 2, 0, 1, Double.NaN},
                new double[] {0.2, 1, 0, -4, 2, Double.NaN}))
        .containsExactly(
            "view stays",
            "view shifts left",
            "view shifts right",
            "view shifts up",
            "view shifts down",
            "unused");
  }
}
