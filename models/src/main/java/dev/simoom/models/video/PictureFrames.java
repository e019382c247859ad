package dev.simoom.models.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Pictures of one size, a file for each frame. */
final class PictureFrames implements FrameSource {
  private final String name;
  private final List<Path> files;
  private final Video first;
  private int read;

  /** The pictures of a folder, in order of time. */
  PictureFrames(Path folder, List<Path> files) throws IOException {
    name = folder.toString();
    this.files = files;
    first = Picture.read(files.getFirst());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int frames() {
    return files.size();
  }

  @Override
  public int height() {
    return first.height();
  }

  @Override
  public int width() {
    return first.width();
  }

  @Override
  public byte[] next() throws IOException {
    Path file = files.get(read);
    Video picture = read++ == 0 ? first : Picture.read(file);
    if (picture.height() != height() || picture.width() != width()) {
      throw new VideoException(
          "%s is %dx%d and %s is %dx%d; the frames of an episode have one size"
              .formatted(
                  files.getFirst(), width(), height(), file, picture.width(), picture.height()));
    }
    return picture.rgb();
  }
}
