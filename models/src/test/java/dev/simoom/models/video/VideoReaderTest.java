package dev.simoom.models.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoReaderTest {
  private static final String HELP =
      "; give a folder of PNG or JPEG frames, animated GIFs or .npy arrays"
          + " (ffmpeg -i clip.mp4 frames/%06d.png makes frames of a film)";

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();

  private List<Video> read(String path) throws IOException {
    return read(path, 1000);
  }

  private List<Video> read(String path, long maxFrames) throws IOException {
    return VideoReader.read(folder.resolve(path), 4, 6, maxFrames, notes::add);
  }

  private Video frames(String path, int count, int height, int width, long seed)
      throws IOException {
    Video video = Samples.video(count, height, width, 200, seed);
    for (int i = 0; i < count; i++) {
      Samples.png(folder.resolve(path + (i + 1) + ".png"), video.slice(i, i + 1));
    }
    return video;
  }

  @Test
  void aFolderOfFramesIsAnEpisodeInNaturalOrder() throws IOException {
    Video video = frames("ep/frame", 12, 4, 6, 1);
    Samples.store(folder.resolve("ep/.hidden.png"), new byte[] {1});
    Samples.store(folder.resolve("ep/.git/a.png"), new byte[] {1});
    List<Video> episodes = read("ep");
    assertThat(episodes).hasSize(1);
    assertThat(episodes.getFirst().rgb()).isEqualTo(video.rgb());
    assertThat(notes).isEmpty();
  }

  @Test
  void subFoldersAreEpisodesBesideTheFramesAbove() throws IOException {
    Video above = frames("set/x", 2, 4, 6, 1);
    Video tenth = frames("set/ep10/x", 3, 4, 6, 2);
    Video second = frames("set/ep2/x", 2, 4, 6, 3);
    Video deep = frames("set/ep2/more/x", 2, 4, 6, 4);
    Files.createDirectories(folder.resolve("set/empty"));
    Files.createSymbolicLink(folder.resolve("set/ep2/loop"), folder.resolve("set"));
    assertThat(read("set"))
        .extracting(Video::rgb)
        .containsExactly(above.rgb(), second.rgb(), deep.rgb(), tenth.rgb());
  }

  @Test
  void gifsAndArraysAreEpisodes() throws IOException {
    Video first = Samples.video(2, 4, 6, 100, 1);
    Video second = Samples.video(3, 4, 6, 100, 2);
    Video third = Samples.video(2, 4, 6, 100, 3);
    Samples.store(folder.resolve("set/a9.GIF"), Samples.gif(first));
    Samples.store(folder.resolve("set/a10.gif"), Samples.gif(second));
    String header = NpyBuilder.header("|u1", false, "(2, 4, 6, 3)");
    Samples.store(folder.resolve("set/b.npy"), NpyBuilder.file(1, header, third.rgb()));
    assertThat(read("set"))
        .extracting(Video::rgb)
        .containsExactly(first.rgb(), second.rgb(), third.rgb());
    assertThat(read("set/a10.gif")).extracting(Video::rgb).containsExactly(second.rgb());
    assertThat(notes).isEmpty();
  }

  @Test
  void jpegFramesComeClose() throws IOException {
    for (int i = 1; i <= 2; i++) {
      Video plain = Samples.plain(4, 6, 0x406080 * i);
      Samples.store(folder.resolve("ep/" + i + ".JPG"), Samples.encoded(plain.image(0), "jpg"));
    }
    Video video = read("ep").getFirst();
    assertThat(ImageQuality.psnr(video.frame(0), Samples.plain(4, 6, 0x406080).rgb()))
        .isGreaterThan(40);
    assertThat(ImageQuality.psnr(video.frame(1), Samples.plain(4, 6, 0x80c100).rgb()))
        .isGreaterThan(40);
  }

  @Test
  void otherSizesAreResizedWithOneNote() throws IOException {
    Video one = frames("set/a/x", 2, 8, 12, 1);
    Video two = frames("set/b/x", 2, 8, 12, 2);
    List<Video> episodes = read("set");
    assertThat(episodes)
        .extracting(Video::rgb)
        .containsExactly(one.resized(4, 6).rgb(), two.resized(4, 6).rgb());
    assertThat(notes).containsExactly("frames of 12x8 are resized to 6x4");
    frames("set/c/x", 2, 5, 5, 3);
    Samples.store(folder.resolve("set/d.gif"), Samples.gif(Samples.video(2, 3, 3, 9, 1)));
    notes.clear();
    assertThat(read("set")).hasSize(4);
    assertThat(notes).containsExactly("frames of 12x8, 5x5, 3x3 are resized to 6x4");
  }

  @Test
  void readingStopsAtTheLimit() throws IOException {
    Video one = frames("set/a/x", 3, 4, 6, 1);
    Video two = frames("set/b/x", 3, 4, 6, 2);
    // Not looked at any more.
    Samples.store(folder.resolve("set/c.gif"), new byte[] {1});
    Samples.store(folder.resolve("set/d/1.png"), new byte[] {1});
    assertThat(read("set", 5))
        .extracting(Video::rgb)
        .containsExactly(one.rgb(), two.slice(0, 2).rgb());
    assertThat(notes).containsExactly("only the first 5 frames are read");
    notes.clear();
    assertThat(read("set", 4)).extracting(Video::rgb).containsExactly(one.rgb());
    assertThat(notes).containsExactly("only the first 3 frames are read");
    notes.clear();
    assertThat(read("set/a", 2)).extracting(Video::frames).containsExactly(2);
    assertThat(notes).containsExactly("only the first 2 frames are read");
    notes.clear();
    assertThat(read("set/a", 3)).hasSize(1);
    assertThat(notes).isEmpty();
  }

  @Test
  void otherFilesAreIgnoredWithOneNote() throws IOException {
    frames("ep/x", 2, 4, 6, 1);
    for (String name : new String[] {"a", "b", "c", "d"}) {
      Samples.store(folder.resolve("ep/" + name + ".csv"), new byte[3]);
    }
    assertThat(read("ep")).hasSize(1);
    assertThat(notes)
        .containsExactly("files that are no frames are ignored: a.csv, b.csv, c.csv, and 1 more");
  }

  @Test
  void refusesPathsWithoutVideos() throws IOException {
    refused("nowhere", "nowhere does not exist" + HELP);
    Files.createDirectories(folder.resolve("empty/inside"));
    refused("empty", "empty is empty" + HELP);
    Samples.store(folder.resolve("films/clip.mp4"), new byte[9]);
    refused("films", "films has nothing but clip.mp4" + HELP);
    refused("films/clip.mp4", "clip.mp4 cannot be read" + HELP);
    Samples.store(folder.resolve("noending"), new byte[9]);
    refused("noending", "noending cannot be read" + HELP);
  }

  @Test
  void refusesSingleFrames() throws IOException {
    frames("ep/x", 1, 4, 6, 1);
    refused("ep", "ep has only one frame, and a video needs two or more; add frames");
    refused("ep/x1.png", "x1.png is a single picture; give the folder in which all frames lie");
    Samples.store(folder.resolve("a.gif"), Samples.gif(Samples.plain(4, 6, 7)));
    refused("a.gif", "a.gif has only one frame, and a video needs two or more; add frames");
    String header = NpyBuilder.header("|u1", false, "(2, 1, 4, 6, 3)");
    Samples.store(folder.resolve("a.npy"), NpyBuilder.file(1, header, new byte[144]));
    refused("a.npy", "a.npy, episode 1 has only one frame");
  }

  @Test
  void refusesFramesOfDifferentSizes() throws IOException {
    frames("ep/x", 3, 4, 6, 1);
    Path ep = folder.resolve("ep");
    for (int[] size : new int[][] {{4, 7}, {5, 6}}) {
      Samples.png(ep.resolve("x3.png"), Samples.plain(size[0], size[1], 0));
      refused(
          "ep",
          "%s is 6x4 and %s is %dx%d; the frames of an episode have one size"
              .formatted(ep.resolve("x1.png"), ep.resolve("x3.png"), size[1], size[0]));
    }
  }

  @Test
  void refusesBrokenFramesByName() throws IOException {
    frames("ep/x", 3, 4, 6, 1);
    Path second = folder.resolve("ep/x2.png");
    Files.write(second, Arrays.copyOf(Files.readAllBytes(second), 50));
    refused("ep", second + " is a broken PNG (");
    Files.write(second, "text".getBytes());
    refused("ep", second + " is no PNG, JPEG or GIF; save it as PNG");
    Samples.store(folder.resolve("a.gif"), "text".getBytes());
    refused("a.gif", "a.gif is no GIF, whatever its name says");
  }

  @Test
  void refusesEpisodesBeyondTwoGigabytes() throws IOException {
    frames("ep/x", 2, 4, 6, 1);
    assertThatThrownBy(() -> VideoReader.read(folder.resolve("ep"), 20_000, 20_000, 10, notes::add))
        .isInstanceOf(VideoException.class)
        .hasMessageContaining("ep has 2 frames, which are beyond 2 GiB at 20000x20000; split it");
  }

  @Test
  void refusesArgumentsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VideoReader.read(folder, 0, 6, 10, notes::add))
        .withMessageContaining("frames of 6x0, at most 10");
    assertThatIllegalArgumentException().isThrownBy(() -> read("", 1));
  }

  private void refused(String path, String problem) {
    assertThatThrownBy(() -> read(path))
        .isInstanceOf(VideoException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(problem);
  }
}
