package dev.simoom.models.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the episodes that users bring along: folders of PNG or JPEG frames, animated GIFs, and .npy
 * arrays of pixels.
 */
public final class VideoReader {
  private static final String HELP =
      "give a folder of PNG or JPEG frames, animated GIFs or .npy arrays (ffmpeg -i clip.mp4"
          + " frames/%06d.png makes frames of a film)";

  /** How many of many things a note names. */
  private static final int SHOWN = 3;

  private enum Kind {
    PICTURE,
    GIF,
    ARRAY,
    OTHER
  }

  private final int height;
  private final int width;
  private final List<Video> episodes = new ArrayList<>();
  private final Set<Path> met = new HashSet<>();
  private final Set<String> otherSizes = new LinkedHashSet<>();
  private final List<String> ignored = new ArrayList<>();
  private long left;
  private boolean cut;

  private VideoReader(int height, int width, long maxFrames) {
    this.height = height;
    this.width = width;
    left = maxFrames;
  }

  /**
   * Reads all episodes at and below a path, in the natural order of names (frame2 before frame10).
   *
   * <p>The pictures that lie in one folder are an episode; so is each GIF, each array of [T, H, W,
   * 3] and each entry of an array of [episodes, T, H, W, 3]. Hidden files are left out. Frames of
   * another size are resized, see {@link Video#resized}.
   *
   * @param height rows of all frames
   * @param width columns of all frames
   * @param maxFrames reading stops after so many frames of all episodes; 2 or more
   * @param notes takes what users should know, in sentences of one line: that frames are resized,
   *     that reading stopped early, that files are ignored
   * @return one or more episodes, each of two or more frames
   * @throws VideoException if there is none, or one cannot be read
   * @throws IOException if a folder or file cannot be read
   * @throws IllegalArgumentException if a size is below 1, or the limit of frames below 2
   */
  public static List<Video> read(
      Path path, int height, int width, long maxFrames, Consumer<String> notes) throws IOException {
    if (height < 1 || width < 1 || maxFrames < 2) {
      throw new IllegalArgumentException(
          "read: frames of %dx%d, at most %d of them; sizes are 1 or more, frames 2 or more"
              .formatted(width, height, maxFrames));
    }
    VideoReader reader = new VideoReader(height, width, maxFrames);
    if (!Files.exists(path)) {
      throw new VideoException("%s does not exist; %s".formatted(path, HELP));
    }
    if (Files.isDirectory(path)) {
      reader.folder(path);
    } else {
      reader.file(path);
    }
    reader.checkFound(path);
    reader.tell(notes, maxFrames);
    return List.copyOf(reader.episodes);
  }

  private void folder(Path folder) throws IOException {
    if (!met.add(folder.toRealPath())) {
      return;
    }
    List<Path> entries = visible(folder);
    List<Path> pictures = entries.stream().filter(e -> kind(e) == Kind.PICTURE).toList();
    if (!pictures.isEmpty() && more()) {
      episode(new PictureFrames(folder, pictures));
    }
    for (Path entry : entries) {
      if (Files.isDirectory(entry)) {
        folder(entry);
      } else if (kind(entry) == Kind.OTHER) {
        ignored.add(entry.getFileName().toString());
      } else if (kind(entry) != Kind.PICTURE && more()) {
        file(entry);
      }
    }
  }

  private static List<Path> visible(Path folder) throws IOException {
    try (Stream<Path> listing = Files.list(folder)) {
      return listing
          .filter(entry -> !entry.getFileName().toString().startsWith("."))
          .sorted(Comparator.comparing(e -> e.getFileName().toString(), NaturalOrder.INSTANCE))
          .toList();
    }
  }

  private void file(Path file) throws IOException {
    switch (kind(file)) {
      case GIF -> episode(new GifFrames(file));
      case ARRAY -> array(file);
      case PICTURE ->
          throw new VideoException(
              file + " is a single picture; give the folder in which all frames lie");
      case OTHER -> throw new VideoException("%s cannot be read; %s".formatted(file, HELP));
    }
  }

  private void array(Path file) throws IOException {
    try (Npy array = Npy.open(file)) {
      for (int i = 0; i < array.episodes() && more(); i++) {
        episode(new NpyFrames(array, file.toString(), i));
      }
    }
  }

  private static Kind kind(Path path) {
    String name = path.getFileName().toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (Files.isDirectory(path) ? "" : ending) {
      case "png", "jpg", "jpeg" -> Kind.PICTURE;
      case "gif" -> Kind.GIF;
      case "npy" -> Kind.ARRAY;
      default -> Kind.OTHER;
    };
  }

  /** Whether there is room for another episode; one frame alone would be none. */
  private boolean more() {
    cut |= left < 2;
    return left >= 2;
  }

  private void episode(FrameSource source) throws IOException {
    if (source.frames() < 2) {
      throw new VideoException(
          source.name() + " has only one frame, and a video needs two or more; add frames");
    }
    int frames = (int) Math.min(source.frames(), left);
    cut |= frames < source.frames();
    left -= frames;
    if (!Video.fits(frames, height, width)) {
      throw new VideoException(
          "%s has %d frames, which are beyond 2 GiB at %dx%d; split it into several"
              .formatted(source.name(), frames, width, height));
    }
    if (source.height() != height || source.width() != width) {
      otherSizes.add(source.width() + "x" + source.height());
    }
    int frameBytes = height * width * 3;
    byte[] rgb = new byte[frames * frameBytes];
    Resampler resampler = new Resampler(source.height(), source.width(), height, width);
    for (int i = 0; i < frames; i++) {
      resampler.resample(source.next(), 0, rgb, i * frameBytes);
    }
    episodes.add(new Video(frames, height, width, rgb));
  }

  private void checkFound(Path path) throws VideoException {
    if (episodes.isEmpty()) {
      String instead = ignored.isEmpty() ? "is empty" : "has nothing but " + some(ignored);
      throw new VideoException("%s %s; %s".formatted(path, instead, HELP));
    }
  }

  private void tell(Consumer<String> notes, long maxFrames) {
    if (!otherSizes.isEmpty()) {
      notes.accept("frames of %s are resized to %dx%d".formatted(some(otherSizes), width, height));
    }
    if (cut) {
      notes.accept("only the first %d frames are read".formatted(maxFrames - left));
    }
    if (!ignored.isEmpty()) {
      notes.accept("files that are no frames are ignored: " + some(ignored));
    }
  }

  private static String some(Collection<String> all) {
    String first = all.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return all.size() <= SHOWN ? first : first + ", and " + (all.size() - SHOWN) + " more";
  }
}
