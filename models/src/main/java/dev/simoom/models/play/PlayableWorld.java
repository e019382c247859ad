package dev.simoom.models.play;

import java.util.List;

/**
 * A world that draws its next frame for an action.
 *
 * <p>A frame is {@code height * width * 3} bytes, RGB, row by row; nobody changes one that was
 * handed over. The server calls a world and its games from one thread only.
 */
public interface PlayableWorld {
  /** Rows of a frame. */
  int height();

  /** Columns of a frame. */
  int width();

  /** What each action does, in a few words such as "runs right"; its index is the action. */
  List<String> actions();

  /** The number of frames that the world brings to start from. */
  int startFrames();

  /** One of them. */
  byte[] startFrame(int index);

  /** A game that starts from a frame. */
  Game start(byte[] frame);

  /** One course of the world. */
  interface Game extends AutoCloseable {
    /** All frames, from the one it started with to the present one. */
    List<byte[]> frames();

    /** Draws the next frame. */
    void step(int action);

    /** Takes back the last steps, at most as many as there were. */
    void undo(int steps);

    @Override
    void close();
  }
}
