package dev.simoom.models.play;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the frames of a game as an animated GIF. */
@FunctionalInterface
public interface GifSaver {
  /**
   * Writes the animation; leaves the stream open.
   *
   * @param rgb the frames one after the other, {@code frames * height * width * 3} bytes
   * @throws IOException if the stream takes no more
   */
  void write(OutputStream out, int frames, int height, int width, byte[] rgb) throws IOException;
}
