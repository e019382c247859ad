package dev.simoom.models.game;

import java.util.Arrays;

/**
 * What a random player saw and did in one level.
 *
 * @param rgb the frames, unsigned bytes of shape [frames, height, width, 3]
 * @param actions ordinals of {@link Action}, [frames - 1]: number t leads from frame t to t + 1
 * @param visible whether an action showed, [frames - 1]: frame t + 1 is not what {@link
 *     Action#STAY} would have given or, after {@link Action#STAY}, not what all others would
 */
public record Recording(byte[] rgb, int[] actions, boolean[] visible) {
  /** The most frames that an array of bytes can hold. */
  private static final int MOST_FRAMES = Integer.MAX_VALUE / PlatformGame.FRAME_BYTES;

  /**
   * Plays and records.
   *
   * @param levelSeed decides the level
   * @param playerSeed decides what the player does
   * @throws IllegalArgumentException if there is not one frame, or more than an array can hold
   */
  public static Recording of(long levelSeed, long playerSeed, int frames) {
    if (frames < 1 || frames > MOST_FRAMES) {
      throw new IllegalArgumentException(
          "a recording of %d frames: it takes 1 to %d".formatted(frames, MOST_FRAMES));
    }
    PlatformGame game = new PlatformGame(levelSeed);
    RandomPlayer player = new RandomPlayer(playerSeed);
    byte[] rgb = new byte[frames * PlatformGame.FRAME_BYTES];
    int[] actions = new int[frames - 1];
    boolean[] visible = new boolean[frames - 1];
    game.render(rgb, 0);
    for (int t = 0; t < frames - 1; t++) {
      Action action = player.next(game);
      PlatformGame before = game.copy();
      game.step(action);
      int offset = (t + 1) * PlatformGame.FRAME_BYTES;
      game.render(rgb, offset);
      actions[t] = action.ordinal();
      visible[t] = shows(before, action, rgb, offset);
    }
    return new Recording(rgb, actions, visible);
  }

  /** The number of frames. */
  public int frames() {
    return actions.length + 1;
  }

  private static boolean shows(PlatformGame before, Action action, byte[] rgb, int offset) {
    if (action != Action.STAY) {
      return differs(before, Action.STAY, rgb, offset);
    }
    return Arrays.stream(Action.values()).anyMatch(other -> differs(before, other, rgb, offset));
  }

  /** Whether another action gives another frame than the one that is there. */
  private static boolean differs(PlatformGame before, Action other, byte[] rgb, int offset) {
    PlatformGame game = before.copy();
    game.step(other);
    byte[] frame = new byte[PlatformGame.FRAME_BYTES];
    game.render(frame, 0);
    int end = offset + PlatformGame.FRAME_BYTES;
    return !Arrays.equals(rgb, offset, end, frame, 0, frame.length);
  }
}
