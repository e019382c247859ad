package dev.simoom.models.game;

import dev.simoom.models.game.Creatures.Creature;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Draws a game: the backdrop, the level, creatures, and the character in front. */
final class Scene {
  /** Frames that a coin shows one of its four sides. */
  private static final int COIN_PAUSE = 2;

  /** Cells that a creature may be away from its home to the right. */
  private static final int ROAMING = 4;

  private Scene() {}

  static void draw(PlatformGame game, Canvas canvas) {
    drawWorld(game, canvas);
    int top = game.feet() - PlatformGame.BODY_HEIGHT;
    pose(game).draw(canvas, PlatformGame.SCREEN_X, top, game.facesLeft());
  }

  /** Draws all but the character. */
  static void drawWorld(PlatformGame game, Canvas canvas) {
    int camera = game.x() - PlatformGame.SCREEN_X;
    Backdrop.draw(canvas, camera);
    int last = Level.column(camera + PlatformGame.WIDTH - 1);
    for (int column = Level.column(camera); column <= last; column++) {
      for (int row = 0; row < Pieces.ROWS; row++) {
        Sprite tile = tile(game, column, row);
        if (tile != null) {
          tile.draw(canvas, column * Level.CELL - camera, row * Level.CELL, false);
        }
      }
    }
    for (int column = Level.column(camera) - ROAMING; column <= last; column++) {
      for (int row = 0; row < Pieces.ROWS; row++) {
        creature(game, canvas, column, row);
      }
    }
  }

  private static @Nullable Sprite tile(PlatformGame game, int column, int row) {
    Level level = game.level;
    return switch (level.tile(column, row)) {
      case GROUND -> level.tile(column, row - 1) == Tile.GROUND ? Art.EARTH : Art.GRASS;
      case PLATFORM -> Art.PLATFORM;
      case WATER -> Art.WATER;
      case FLOWER -> Art.FLOWER;
      case BUSH -> Art.BUSH;
      case COIN -> game.taken(column) ? null : coin(game.time());
      case AIR, SLIME, BIRD -> null;
    };
  }

  /** A coin shows its face, turns to its edge and back. */
  private static Sprite coin(int time) {
    int quarter = time / COIN_PAUSE % 4;
    return Art.COIN.get(quarter == 3 ? 1 : quarter);
  }

  private static void creature(PlatformGame game, Canvas canvas, int column, int row) {
    switch (game.level.tile(column, row)) {
      case SLIME ->
          draw(game, canvas, Creatures.slime(game.level, column, row, game.time()), Art.SLIME);
      case BIRD ->
          draw(game, canvas, Creatures.bird(game.level, column, row, game.time()), Art.BIRD);
      default -> {}
    }
  }

  private static void draw(
      PlatformGame game, Canvas canvas, Creature creature, List<Sprite> poses) {
    int left = creature.x() - game.x() + PlatformGame.SCREEN_X;
    poses.get(creature.pose()).draw(canvas, left, creature.y(), creature.left());
  }

  private static Sprite pose(PlatformGame game) {
    if (!game.grounded()) {
      return game.spreads() ? Art.GLIDING : game.velocity() < 0 ? Art.RISING : Art.FALLING;
    }
    return game.runs() ? Art.RUNNING : Art.STANDING;
  }
}
