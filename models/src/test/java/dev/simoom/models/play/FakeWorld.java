package dev.simoom.models.play;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A world without a model: a square that runs and jumps over a strip of ground in front of hills;
 * on a picture that was brought along it runs too.
 */
final class FakeWorld implements PlayableWorld {
  static final List<String> ACTIONS =
      List.of("stands still", "runs left", "runs right", "jumps", "jumps left", "jumps right");

  private static final int HEIGHT = 48;
  private static final int WIDTH = 64;
  private static final int SIDE = 6;
  private static final int GROUND = 38;
  private static final int[] LEAP = {0, 4, 7, 9, 10, 9, 7, 4};

  /** Games that were started and not closed. */
  final AtomicInteger alive = new AtomicInteger();

  /** Names of the threads that called. */
  final Set<String> threads = new HashSet<>();

  private final int starts;
  private final long millisPerStep;

  FakeWorld() {
    this(9, 0);
  }

  FakeWorld(int starts, long millisPerStep) {
    this.starts = starts;
    this.millisPerStep = millisPerStep;
  }

  @Override
  public int height() {
    return HEIGHT;
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public List<String> actions() {
    return ACTIONS;
  }

  @Override
  public int startFrames() {
    return starts;
  }

  @Override
  public byte[] startFrame(int index) {
    byte[] frame = scenery(index);
    drawSquare(frame, 6 + 11 * index % (WIDTH - SIDE), 0);
    return frame;
  }

  @Override
  public Game start(byte[] frame) {
    if (frame.length != HEIGHT * WIDTH * 3) {
      throw new IllegalArgumentException("not a frame: " + frame.length + " bytes");
    }
    alive.incrementAndGet();
    return new FakeGame(frame);
  }

  private static byte[] scenery(int hue) {
    byte[] frame = new byte[HEIGHT * WIDTH * 3];
    int[] sky = {140 - 9 * hue, 195 - 6 * hue, 235};
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        double hill = 26 + 5 * Math.sin(x * 0.13 + hue) + 3 * Math.sin(x * 0.31 + 2 * hue);
        int[] colour = {sky[0] + y, sky[1] + y / 2, sky[2]};
        if (y >= GROUND) {
          colour = y == GROUND ? new int[] {96, 164, 62} : new int[] {122, 84 - hue, 52};
        } else if (y > hill) {
          colour = new int[] {88, 140 + 4 * hue, 118};
        }
        set(frame, x, y, colour);
      }
    }
    return frame;
  }

  private static void drawSquare(byte[] frame, int x, int lift) {
    for (int dy = 0; dy < SIDE; dy++) {
      for (int dx = 0; dx < SIDE; dx++) {
        boolean eye = dy == 1 && dx == SIDE - 2;
        set(
            frame,
            Math.floorMod(x + dx, WIDTH),
            GROUND - SIDE - lift + dy,
            eye ? new int[] {255, 255, 255} : new int[] {214, 72, 52});
      }
    }
  }

  private static void set(byte[] frame, int x, int y, int[] colour) {
    for (int c = 0; c < 3; c++) {
      frame[(y * WIDTH + x) * 3 + c] = (byte) Math.clamp(colour[c], 0, 255);
    }
  }

  private final class FakeGame implements Game {
    private final List<byte[]> frames = new ArrayList<>();
    private final List<Integer> actions = new ArrayList<>();

    FakeGame(byte[] frame) {
      frames.add(frame);
    }

    @Override
    public List<byte[]> frames() {
      return frames;
    }

    @Override
    public void step(int action) {
      threads.add(Thread.currentThread().getName());
      actions.add(action);
      int x = 6;
      int flight = 0;
      for (int past : actions) {
        String label = ACTIONS.get(past);
        x += label.endsWith("left") ? -2 : label.endsWith("right") ? 2 : 0;
        boolean rises = flight == 0 && label.startsWith("jumps");
        flight = rises ? 1 : flight == 0 ? 0 : (flight + 1) % LEAP.length;
      }
      byte[] frame = frames.getFirst().clone();
      drawSquare(frame, x, LEAP[flight]);
      frames.add(frame);
      pause();
    }

    private void pause() {
      try {
        Thread.sleep(millisPerStep);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void undo(int steps) {
      frames.subList(frames.size() - steps, frames.size()).clear();
      actions.subList(actions.size() - steps, actions.size()).clear();
    }

    @Override
    public void close() {
      alive.decrementAndGet();
    }
  }
}
