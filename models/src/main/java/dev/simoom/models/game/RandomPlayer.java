package dev.simoom.models.game;

import java.util.SplittableRandom;

/**
 * A player who wanders: holds an action for some frames, goes right more often than left, and
 * mostly jumps where it could not walk on.
 */
final class RandomPlayer {
  private static final double RIGHT = 0.43;
  private static final double LEFT = 0.28;
  private static final double JUMP = 0.32;

  /** Chance to jump in a frame with an obstacle ahead; there is more than one such frame. */
  private static final double NOTICES = 0.5;

  private final SplittableRandom random;
  private Action action = Action.STAY;
  private int framesLeft;

  RandomPlayer(long seed) {
    random = new SplittableRandom(seed);
  }

  /** What to do next in a game. */
  Action next(PlatformGame game) {
    if (framesLeft == 0) {
      action = Action.of(direction(), random.nextDouble() < JUMP);
      framesLeft = random.nextInt(1, 4);
    }
    if (!action.jumps && obstacleAhead(game) && random.nextDouble() < NOTICES) {
      action = Action.of(action.direction, true);
      framesLeft = random.nextInt(3, 6);
    }
    framesLeft--;
    return action;
  }

  private int direction() {
    double draw = random.nextDouble();
    return draw < RIGHT ? 1 : draw < RIGHT + LEFT ? -1 : 0;
  }

  /** Whether the character stands before a pit, a wall or a slime. */
  private boolean obstacleAhead(PlatformGame game) {
    if (action.direction == 0 || !game.grounded()) {
      return false;
    }
    int middle = game.x() + PlatformGame.BODY_WIDTH / 2;
    int ahead = Level.column(middle + action.direction * Level.CELL);
    Level level = game.level;
    return level.ground(ahead) < game.feet() - Level.CELL
        || level.floor(ahead, game.feet()) == Level.BOTTOMLESS
        || level.row(ahead, Tile.SLIME) >= 0
        || level.row(ahead + action.direction, Tile.SLIME) >= 0;
  }
}
