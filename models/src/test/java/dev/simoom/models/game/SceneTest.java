package dev.simoom.models.game;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SceneTest {
  private static final int ROW = 3 * PlatformGame.WIDTH;

  @Test
  void theBackdropMovesMoreSlowlyTheFartherItIs() {
    byte[] before = backdrop(-40);
    byte[] after = backdrop(-32);
    for (int y = 0; y < PlatformGame.HEIGHT; y++) {
      int by = 3 * (y < 24 ? 2 : 4);
      int from = y * ROW;
      assertThat(Arrays.copyOfRange(after, from, from + ROW - by))
          .as("row %d", y)
          .isEqualTo(Arrays.copyOfRange(before, from + by, from + ROW));
    }
    assertThat(after).isNotEqualTo(before);
  }

  @Test
  void facesTheWayItRuns() {
    PlatformGame right = Play.standing(1);
    PlatformGame left = right.copy();
    right.step(Action.RIGHT);
    right.step(Action.LEFT);
    left.step(Action.LEFT);
    left.step(Action.RIGHT);
    assertThat(right.x()).isEqualTo(left.x());
    assertThat(Play.world(right)).isEqualTo(Play.world(left));
    byte[] looksLeft = Play.frame(right);
    byte[] looksRight = Play.frame(left);
    assertThat(looksLeft).isNotEqualTo(looksRight);
    for (int y = right.feet() - PlatformGame.BODY_HEIGHT; y < right.feet() - 1; y++) {
      for (int x = 0; x < PlatformGame.BODY_WIDTH; x++) {
        int one = y * ROW + 3 * (PlatformGame.SCREEN_X + x);
        int other = y * ROW + 3 * (PlatformGame.SCREEN_X + PlatformGame.BODY_WIDTH - 1 - x);
        boolean cloak = looksLeft[one] == (byte) (Palette.CLOAK >> 16);
        assertThat(looksRight[other] == (byte) (Palette.CLOAK >> 16)).isEqualTo(cloak);
      }
    }
  }

  /** A codebook of 256 entries is meant to hold most of what is seen. */
  @Test
  void fewPatchesMakeUpMostOfTheFrames() {
    int frames = 2_000;
    Recording recording = Recording.of(1, 1, frames);
    Map<Integer, Integer> counts = new HashMap<>();
    for (int band = 0; band < frames * Pieces.ROWS; band++) {
      for (int column = 0; column < 8; column++) {
        counts.merge(patch(recording.rgb(), band * 8 * ROW + column * 8 * 3), 1, Integer::sum);
      }
    }
    int covered =
        counts.values().stream()
            .sorted(Comparator.reverseOrder())
            .limit(256)
            .mapToInt(n -> n)
            .sum();
    assertThat(covered).isGreaterThan(frames * 48 * 85 / 100);
  }

  private static int patch(byte[] rgb, int from) {
    int hash = 1;
    for (int y = 0; y < 8; y++) {
      for (int i = 0; i < 8 * 3; i++) {
        hash = 31 * hash + rgb[from + y * ROW + i];
      }
    }
    return hash;
  }

  private static byte[] backdrop(int camera) {
    byte[] rgb = new byte[PlatformGame.FRAME_BYTES];
    Backdrop.draw(new Canvas(rgb, 0), camera);
    return rgb;
  }
}
