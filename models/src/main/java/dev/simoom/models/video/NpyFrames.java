package dev.simoom.models.video;

import java.io.IOException;

/** One episode of an array. */
final class NpyFrames implements FrameSource {
  private final Npy array;
  private final String name;
  private final int episode;
  private final byte[] frame;
  private int read;

  /** The array stays open, and belongs to the caller. */
  NpyFrames(Npy array, String file, int episode) throws VideoException {
    this.array = array;
    this.episode = episode;
    name = array.episodes() == 1 ? file : file + ", episode " + (episode + 1);
    Picture.checkSize(array.width(), array.height(), MAX_PIXELS, name);
    frame = new byte[array.height() * array.width() * 3];
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int frames() {
    return array.frames();
  }

  @Override
  public int height() {
    return array.height();
  }

  @Override
  public int width() {
    return array.width();
  }

  @Override
  public byte[] next() throws IOException {
    array.read(episode, read++, frame);
    return frame;
  }
}
