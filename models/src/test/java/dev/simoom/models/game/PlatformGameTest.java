package dev.simoom.models.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlatformGameTest {
  private static final int ROW = 3 * PlatformGame.WIDTH;
  private static final int LAST_ROW = PlatformGame.FRAME_BYTES - ROW;

  @Test
  void isAFunctionOfTheSeedAndTheActions() {
    assertThat(Play.randomly(3, 4, 300)).isEqualTo(Play.randomly(3, 4, 300));
    assertThat(Play.frame(new PlatformGame(3))).isNotEqualTo(Play.frame(new PlatformGame(4)));
  }

  @Test
  void runningMovesTheLevelByFourPixels() {
    int moves = 0;
    PlatformGame game = new PlatformGame(1);
    RandomPlayer player = new RandomPlayer(1);
    for (int t = 0; t < 500; t++) {
      byte[] before = Play.frame(game);
      int x = game.x();
      boolean dropped = Play.drops(game, player.next(game));
      int by = game.x() - x;
      if (!dropped && by != 0) {
        assertThat(Math.abs(by)).isEqualTo(4);
        int kept = ROW - 3 * 4;
        int from = LAST_ROW + (by > 0 ? 3 * 4 : 0);
        int to = LAST_ROW + (by > 0 ? 0 : 3 * 4);
        assertThat(Arrays.copyOfRange(Play.frame(game), to, to + kept))
            .isEqualTo(Arrays.copyOfRange(before, from, from + kept));
        moves++;
      }
    }
    assertThat(moves).isGreaterThan(200);
  }

  @Test
  void goesWhereTheActionSays() {
    for (Action action : Action.values()) {
      PlatformGame game = Play.standing(plain());
      int x = game.x();
      int feet = game.feet();
      game.step(action);
      assertThat(game.x() - x).as("%s", action).isEqualTo(4 * action.direction);
      assertThat(feet - game.feet()).as("%s", action).isEqualTo(action.jumps ? 8 : 0);
    }
  }

  @Test
  void whoHoldsTheButtonRisesFurtherAndGlidesAndWhoLetsGoFalls() {
    assertThat(heights(Action.JUMP)).containsExactly(8, 16, 24, 20, 16, 12, 8, 4, 0, 0);
    assertThat(heights(Action.STAY)).containsExactly(8, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /** How high the character is in ten frames after a jump, with what is done after its first. */
  private static List<Integer> heights(Action then) {
    PlatformGame game = Play.standing(plain());
    int feet = game.feet();
    List<Integer> heights = new ArrayList<>();
    for (int t = 0; t < 9; t++) {
      game.step(t == 0 ? Action.JUMP : then);
      heights.add(feet - game.feet());
    }
    game.step(Action.STAY);
    heights.add(feet - game.feet());
    return heights;
  }

  @Test
  void inTheAirTheCloakShowsWhetherTheButtonIsDown() {
    PlatformGame held = Play.standing(plain());
    for (int t = 0; t < 3; t++) {
      held.step(Action.JUMP);
    }
    PlatformGame free = held.copy();
    int frames = 0;
    while (!free.grounded()) {
      held.step(Action.JUMP);
      free.step(Action.STAY);
      assertThat(held.spreads() && !free.spreads()).isTrue();
      assertThat(Play.frame(held)).isNotEqualTo(Play.frame(free));
      frames++;
    }
    assertThat(frames).isEqualTo(3);
  }

  @Test
  void wallsStopARunAndAJumpGoesOverThem() {
    int walls = 0;
    for (int seed = 0; seed < 40; seed++) {
      PlatformGame game = Play.standing(seed);
      int x = 0;
      boolean stopped = false;
      for (int t = 0; t < 40 && !stopped; t++) {
        x = game.x();
        boolean stood = game.grounded();
        game.step(Action.RIGHT);
        stopped = game.x() == x && stood && game.grounded();
      }
      if (!stopped) {
        continue;
      }
      walls++;
      int column = Level.column(x + PlatformGame.BODY_WIDTH);
      assertThat(game.level.ground(column)).isLessThan(game.feet() - Level.CELL);
      for (int t = 0; t < 8; t++) {
        game.step(Action.JUMP_RIGHT);
      }
      assertThat(game.x()).as("beyond the wall of level %d", seed).isGreaterThan(x + 8);
    }
    assertThat(walls).isGreaterThan(3);
  }

  @Test
  void whoFallsIntoAPitOrTouchesASlimeDropsFromTheTop() {
    int pits = 0;
    int slimes = 0;
    for (int seed = 0; seed < 4; seed++) {
      PlatformGame game = new PlatformGame(seed);
      RandomPlayer player = new RandomPlayer(seed);
      for (int t = 0; t < 2_000; t++) {
        int x = game.x();
        int feet = game.feet();
        boolean dropped = Play.drops(game, player.next(game));
        assertThat(game.feet()).isBetween(PlatformGame.TOP, PlatformGame.HEIGHT);
        if (dropped) {
          assertThat(Math.abs(game.x() - x)).isLessThanOrEqualTo(4 * Level.CELL);
          assertThat(game.level.safe(Level.column(game.x()))).isTrue();
          boolean pit = game.level.ground(Level.column(x + 4)) == Level.BOTTOMLESS;
          pits += pit && feet >= PlatformGame.HEIGHT - 8 ? 1 : 0;
          slimes += pit ? 0 : 1;
        }
      }
    }
    assertThat(pits).isGreaterThan(5);
    assertThat(slimes).isGreaterThan(5);
  }

  @Test
  void whoFallsOnASlimeBounces() {
    int bounces = 0;
    PlatformGame game = new PlatformGame(2);
    RandomPlayer player = new RandomPlayer(3);
    for (int t = 0; t < 4_000; t++) {
      game.step(player.next(game));
      if (game.bounces()) {
        int feet = game.feet();
        int floor = game.level.floor(Level.column(game.x() + 4), feet);
        assertThat(floor - feet).as("height of a slime's head").isGreaterThanOrEqualTo(4);
        PlatformGame bounced = game.copy();
        bounced.step(Action.STAY);
        assertThat(feet - bounced.feet()).isEqualTo(Math.min(8, feet - PlatformGame.TOP));
        bounces++;
      }
    }
    assertThat(bounces).isGreaterThan(3);
  }

  @Test
  void coinsGoWhenTheyAreTouched() {
    int coins = 0;
    PlatformGame game = new PlatformGame(5);
    RandomPlayer player = new RandomPlayer(5);
    for (int t = 0; t < 3_000; t++) {
      PlatformGame before = game.copy();
      game.step(player.next(game));
      int column = Level.column(game.x() + 2);
      if (game.taken(column) && !before.taken(column)) {
        int row = game.level.row(column, Tile.COIN);
        int at = 3 * (row * Level.CELL + 3) * PlatformGame.WIDTH;
        at += 3 * (column * Level.CELL + 3 - game.x() + PlatformGame.SCREEN_X);
        byte[] bare = new byte[PlatformGame.FRAME_BYTES];
        Backdrop.draw(new Canvas(bare, 0), game.x() - PlatformGame.SCREEN_X);
        assertThat(Arrays.copyOfRange(Play.world(game), at, at + 6))
            .isEqualTo(Arrays.copyOfRange(bare, at, at + 6));
        coins++;
      }
    }
    assertThat(coins).isGreaterThan(5);
  }

  @Test
  void aCopyGoesOnTheSameWayAndLeavesTheOriginalAlone() {
    PlatformGame game = new PlatformGame(7);
    RandomPlayer player = new RandomPlayer(7);
    for (int t = 0; t < 500; t++) {
      PlatformGame twin = game.copy();
      byte[] before = Play.frame(game);
      PlatformGame other = game.copy();
      for (Action action : Action.values()) {
        other.step(action);
      }
      assertThat(Play.frame(game)).isEqualTo(before);
      Action action = player.next(game);
      game.step(action);
      twin.step(action);
      assertThat(Play.frame(twin)).isEqualTo(Play.frame(game));
    }
  }

  @Test
  void drawsWhereItIsTold() {
    PlatformGame game = new PlatformGame(1);
    byte[] rgb = new byte[PlatformGame.FRAME_BYTES + 10];
    Arrays.fill(rgb, (byte) 1);
    game.render(rgb, 6);
    assertThat(Arrays.copyOfRange(rgb, 6, rgb.length - 4)).isEqualTo(Play.frame(game));
    assertThat(Arrays.copyOf(rgb, 6)).containsOnly(1);
    assertThat(Arrays.copyOfRange(rgb, rgb.length - 4, rgb.length)).containsOnly(1);
    assertThatThrownBy(() -> game.render(rgb, 11)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** A seed of a level that begins on open, level ground. */
  private static long plain() {
    for (long seed = 0; ; seed++) {
      PlatformGame game = Play.standing(seed);
      int column = Level.column(game.x());
      boolean open = true;
      for (int near = column - 2; near <= column + 2; near++) {
        open &= game.level.ground(near) == game.feet();
        open &= game.level.row(near, Tile.PLATFORM) < 0;
      }
      if (open && game.feet() == PlatformGame.HEIGHT - Level.CELL) {
        return seed;
      }
    }
  }
}
