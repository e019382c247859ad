package dev.simoom.models.game;

/** Games and frames for tests. */
final class Play {
  private Play() {}

  static byte[] frame(PlatformGame game) {
    byte[] rgb = new byte[PlatformGame.FRAME_BYTES];
    game.render(rgb, 0);
    return rgb;
  }

  /** The frame without the character. */
  static byte[] world(PlatformGame game) {
    byte[] rgb = new byte[PlatformGame.FRAME_BYTES];
    Scene.drawWorld(game, new Canvas(rgb, 0));
    return rgb;
  }

  /** The last frame after some actions of a random player. */
  static byte[] randomly(long levelSeed, long playerSeed, int actions) {
    PlatformGame game = new PlatformGame(levelSeed);
    RandomPlayer player = new RandomPlayer(playerSeed);
    for (int t = 0; t < actions; t++) {
      game.step(player.next(game));
    }
    return frame(game);
  }

  /** A game whose character has landed. */
  static PlatformGame standing(long seed) {
    PlatformGame game = new PlatformGame(seed);
    while (!game.grounded()) {
      game.step(Action.STAY);
    }
    return game;
  }

  /** Plays one action; whether the character was sent to the top of the screen. */
  static boolean drops(PlatformGame game, Action action) {
    int feet = game.feet();
    game.step(action);
    return game.feet() == PlatformGame.TOP && feet > PlatformGame.TOP + 8;
  }
}
