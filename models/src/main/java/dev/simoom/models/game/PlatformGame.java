package dev.simoom.models.game;

import dev.simoom.models.game.Creatures.Creature;
import java.util.Objects;

/**
 * A side-scrolling game: a character in a red cloak runs and jumps through an endless level of
 * platforms, coins, pits and slimes. It is a pure function of the seed and the actions so far.
 *
 * <p>Ten frames make a second. All the character does is in steps of 4 pixels: running moves the
 * level by 4 in a frame, steps of one cell are climbed and higher ones are walls. A press of the
 * jump button, in the air too, lifts by 8 in a frame as long as it is held, at most for three
 * frames. Who goes on holding it glides down by 4, with the cloak spread; otherwise a fall is 8 a
 * frame. Who falls into a pit or touches a slime drops from the top of the screen where it is safe,
 * at most a few cells away; who falls on a slime bounces.
 */
public final class PlatformGame {
  /** Width of a frame in pixels. */
  public static final int WIDTH = 64;

  /** Height of a frame in pixels. */
  public static final int HEIGHT = 48;

  /** The length of a frame in bytes: height x width x 3. */
  public static final int FRAME_BYTES = HEIGHT * WIDTH * 3;

  /** Where the left edge of the character is on the screen. */
  static final int SCREEN_X = 24;

  static final int BODY_WIDTH = 8;
  static final int BODY_HEIGHT = 10;

  /** Where the feet are at the top of the screen. */
  static final int TOP = 12;

  private static final int SPEED = 4;
  private static final int RISE = 8;
  private static final int RISE_FRAMES = 3;
  private static final int FALL = 8;
  private static final int GLIDE = 4;
  private static final int BOUNCE = 8;
  private static final int BOUNCE_FRAMES = 2;

  /** From the upper edge of a slime's cell to its head. */
  private static final int SLIME_HEAD = 2;

  /** A slime that is nearer than this to a side is touched. */
  private static final int SLIME_REACH = 6;

  final Level level;
  private int time;
  private int x;
  private int feet = TOP;
  private int velocity;

  /** Frames that a jump may still rise, and that a bounce does whatever the button says. */
  private int lift;

  private int bounce;
  private boolean facesLeft;
  private boolean runs;
  private boolean spreads;

  /** Coins taken: a bit for each column near the character, at the column modulo 64. */
  private long taken;

  /** A game at its start, where the character drops into a level that the seed decides. */
  public PlatformGame(long levelSeed) {
    level = new Level(levelSeed);
    dropIn();
  }

  private PlatformGame(PlatformGame other) {
    level = other.level;
    time = other.time;
    x = other.x;
    feet = other.feet;
    velocity = other.velocity;
    lift = other.lift;
    bounce = other.bounce;
    facesLeft = other.facesLeft;
    runs = other.runs;
    spreads = other.spreads;
    taken = other.taken;
  }

  /** A game in the same state, which goes its own way from here. */
  public PlatformGame copy() {
    return new PlatformGame(this);
  }

  /** Plays one frame. */
  public void step(Action action) {
    time++;
    int before = feet;
    boolean stood = grounded();
    run(action.direction, stood ? Level.CELL : SPEED);
    velocity = velocity(action.jumps, stood);
    spreads = action.jumps;
    fall();
    takeCoins();
    meetSlimes(feet > before);
    if (feet > HEIGHT) {
      dropIn();
    }
  }

  /**
   * Draws what is seen now.
   *
   * @param rgb receives the frame, unsigned bytes of shape [height, width, 3], row by row
   * @param offset where the frame begins
   * @throws IndexOutOfBoundsException if the array is too short
   */
  public void render(byte[] rgb, int offset) {
    Objects.checkFromIndexSize(offset, FRAME_BYTES, rgb.length);
    Scene.draw(this, new Canvas(rgb, offset));
  }

  /** Frames played so far. */
  int time() {
    return time;
  }

  /** The x in the level of the character's left edge, a multiple of 4. */
  int x() {
    return x;
  }

  /** The y of the character's feet. */
  int feet() {
    return feet;
  }

  /** Speed downwards in the last frame, 0 where it ended on something. */
  int velocity() {
    return velocity;
  }

  boolean facesLeft() {
    return facesLeft;
  }

  /** Whether the last frame moved the character to a side. */
  boolean runs() {
    return runs;
  }

  /** Whether the jump button was down in the last frame, which spreads the cloak in the air. */
  boolean spreads() {
    return spreads;
  }

  /** Whether a slime has just thrown the character up. */
  boolean bounces() {
    return bounce == BOUNCE_FRAMES;
  }

  /** Whether the character stands on something. */
  boolean grounded() {
    return velocity == 0 && floor() == feet;
  }

  /** Whether the coin in a column near the character was taken. */
  boolean taken(int column) {
    return (taken >>> column & 1) != 0;
  }

  private void run(int direction, int climb) {
    runs = false;
    if (direction == 0) {
      return;
    }
    facesLeft = direction < 0;
    int next = x + direction * SPEED;
    int ground = Math.min(level.ground(leftColumn(next)), level.ground(rightColumn(next)));
    if (feet - ground > climb) {
      return;
    }
    runs = true;
    x = next;
    if (ground < feet) {
      feet = ground;
      velocity = 0;
    }
  }

  private int velocity(boolean button, boolean stood) {
    if (bounce > 0) {
      bounce--;
      return -BOUNCE;
    }
    if (button && (stood || !spreads)) {
      lift = RISE_FRAMES;
    }
    if (button && lift > 0) {
      lift--;
      return -RISE;
    }
    lift = 0;
    return button ? GLIDE : FALL;
  }

  private void fall() {
    int goal = feet + velocity;
    int floor = floor();
    if (goal < TOP) {
      feet = TOP;
      velocity = 0;
    } else if (velocity >= 0 && goal >= floor) {
      feet = floor;
      velocity = 0;
    } else {
      feet = goal;
    }
  }

  private int floor() {
    return Math.min(level.floor(leftColumn(x), feet), level.floor(rightColumn(x), feet));
  }

  private void takeCoins() {
    // Coins grow again out of sight, so that a bit for each of 64 columns is all there is to keep.
    taken &= ~Long.rotateLeft(0xFFFF, Level.column(x) + 24);
    for (int column = leftColumn(x); column <= rightColumn(x); column++) {
      int row = level.row(column, Tile.COIN);
      int top = row * Level.CELL;
      if (row >= 0 && top < feet && top + Level.CELL > feet - BODY_HEIGHT) {
        taken |= 1L << column;
      }
    }
  }

  private void meetSlimes(boolean fromAbove) {
    if (velocity < 0) {
      return; // else a bounce would end in the slime that gave it
    }
    for (int column = leftColumn(x) - 2; column <= rightColumn(x) + 1; column++) {
      int row = level.row(column, Tile.SLIME);
      if (row >= 0 && meet(Creatures.slime(level, column, row, time), fromAbove)) {
        return;
      }
    }
  }

  /** Whether the character touches a slime, and if so what comes of it. */
  private boolean meet(Creature slime, boolean fromAbove) {
    int head = slime.y() + SLIME_HEAD;
    boolean above = feet <= head;
    boolean below = feet - BODY_HEIGHT >= slime.y() + Level.CELL;
    if (above || below || Math.abs(slime.x() - x) >= SLIME_REACH) {
      return false;
    }
    if (fromAbove) {
      feet = head / SPEED * SPEED;
      velocity = -BOUNCE;
      bounce = BOUNCE_FRAMES;
    } else {
      dropIn();
    }
    return true;
  }

  /** Puts the character at the top of the screen, above the nearest safe column. */
  private void dropIn() {
    int from = Level.column(x + BODY_WIDTH / 2);
    int away = 0;
    while (!level.safe(from - away) && !level.safe(from + away)) {
      away++;
    }
    x = Level.CELL * (level.safe(from - away) ? from - away : from + away);
    feet = TOP;
    velocity = 0;
    lift = 0;
    bounce = 0;
    runs = false;
  }

  /** The column under the left half of a body at x. */
  private static int leftColumn(int x) {
    return Level.column(x + 2);
  }

  private static int rightColumn(int x) {
    return Level.column(x + BODY_WIDTH - 3);
  }
}
