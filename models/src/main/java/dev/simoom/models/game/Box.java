package dev.simoom.models.game;

/**
 * A part of a frame, in pixels from the upper left corner.
 *
 * @param left the first column
 * @param top the first row
 * @param width columns
 * @param height rows
 */
public record Box(int left, int top, int width, int height) {
  /** The x of the middle. */
  public double centreX() {
    return left + width / 2.0;
  }

  /** The y of the middle. */
  public double centreY() {
    return top + height / 2.0;
  }
}
