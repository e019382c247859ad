package dev.simoom.models.game;

/**
 * A frame that is being drawn.
 *
 * @param rgb receives the frame, [height, width, 3]
 * @param offset where the frame begins
 */
record Canvas(byte[] rgb, int offset) {
  /** Sets a pixel that lies on the canvas to a colour 0xRRGGBB. */
  void set(int x, int y, int colour) {
    int at = offset + 3 * (y * PlatformGame.WIDTH + x);
    rgb[at] = (byte) (colour >> 16);
    rgb[at + 1] = (byte) (colour >> 8);
    rgb[at + 2] = (byte) colour;
  }
}
