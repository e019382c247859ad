package dev.simoom.models.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The frames of an episode as they are in files, one after the other. */
sealed interface FrameSource permits GifFrames, NpyFrames, PictureFrames {
  /** Pixels of the largest picture that is decoded. */
  long MAX_PIXELS = 100_000_000;

  /** The file or folder, and what else tells the episode from others. */
  String name();

  /** Number of frames. */
  int frames();

  /** Rows of a frame. */
  int height();

  /** Columns of a frame. */
  int width();

  /** The next frame, [height][width][3]; the array may be used again for the one after it. */
  byte[] next() throws IOException;

  /** All bytes of a file. */
  static byte[] bytes(Path file) throws IOException {
    if (Files.size(file) > Integer.MAX_VALUE - 8) {
      throw new VideoException(file + " is larger than 2 GiB; split it into several");
    }
    return Files.readAllBytes(file);
  }
}
