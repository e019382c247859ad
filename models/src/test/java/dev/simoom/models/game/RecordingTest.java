package dev.simoom.models.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecordingTest {
  @Test
  void sameSeedsGiveTheSameRecording() {
    Recording one = Recording.of(1, 2, 100);
    Recording same = Recording.of(1, 2, 100);
    assertThat(same.rgb()).isEqualTo(one.rgb()).hasSize(100 * 48 * 64 * 3);
    assertThat(same.actions()).isEqualTo(one.actions()).hasSize(99);
    assertThat(same.visible()).isEqualTo(one.visible()).hasSize(99);
    assertThat(Recording.of(2, 2, 100).rgb()).isNotEqualTo(one.rgb());
    assertThat(Recording.of(1, 3, 100).actions()).isNotEqualTo(one.actions());
    assertThat(one.frames()).isEqualTo(100);
  }

  @Test
  void actionsLeadFromFrameToFrameAndFlagsSayWhetherTheyShow() {
    Recording recording = Recording.of(8, 9, 1_000);
    PlatformGame game = new PlatformGame(8);
    int hidden = 0;
    for (int t = 0; t < 999; t++) {
      assertThat(frame(recording, t)).isEqualTo(Play.frame(game));
      Action action = Action.values()[recording.actions()[t]];
      byte[] next = after(game, action);
      boolean visible = false;
      for (Action other : action == Action.STAY ? Action.values() : new Action[] {Action.STAY}) {
        visible |= !Arrays.equals(next, after(game, other));
      }
      assertThat(recording.visible()[t]).as("frame %d", t).isEqualTo(visible);
      hidden += visible ? 0 : 1;
      game.step(action);
    }
    assertThat(hidden).isBetween(1, 100);
  }

  @Test
  void thePlayerDoesEverythingGetsAlongAndSeldomFalls() {
    for (int seed = 0; seed < 5; seed++) {
      PlatformGame game = new PlatformGame(seed);
      RandomPlayer player = new RandomPlayer(100 + seed);
      int[] counts = new int[Action.values().length];
      int drops = 0;
      int start = game.x();
      for (int t = 0; t < 5_000; t++) {
        Action action = player.next(game);
        counts[action.ordinal()]++;
        drops += Play.drops(game, action) ? 1 : 0;
      }
      assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThanOrEqualTo(300);
      assertThat(drops).isBetween(5, 150);
      assertThat(game.x() - start).isGreaterThan(10 * PlatformGame.WIDTH);
    }
  }

  @Test
  void refusesNoFramesAndTooMany() {
    assertThatThrownBy(() -> Recording.of(1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 frames");
    assertThatThrownBy(() -> Recording.of(1, 1, 300_000)).hasMessageContaining("1 to 233016");
  }

  private static byte[] frame(Recording recording, int t) {
    int from = t * PlatformGame.FRAME_BYTES;
    return Arrays.copyOfRange(recording.rgb(), from, from + PlatformGame.FRAME_BYTES);
  }

  private static byte[] after(PlatformGame game, Action action) {
    PlatformGame copy = game.copy();
    copy.step(action);
    return Play.frame(copy);
  }
}
