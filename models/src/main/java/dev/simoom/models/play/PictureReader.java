package dev.simoom.models.play;

import java.io.IOException;

/** Reads a picture that a player brought along. */
@FunctionalInterface
public interface PictureReader {
  /**
   * The picture as a frame of a world: cropped to its proportions, then scaled.
   *
   * @param file the bytes of a PNG, JPEG, GIF or BMP file, or of anything else
   * @param maxPixels how many pixels the picture may have; to be checked before it is decoded
   * @return RGB, {@code height * width * 3} bytes
   * @throws IOException if this is no such picture or too large a one; the message is one line for
   *     the player
   */
  byte[] read(byte[] file, int maxPixels, int height, int width) throws IOException;
}
