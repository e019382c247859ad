package dev.simoom.models.genie.job;

import dev.simoom.models.genie.Dream;
import dev.simoom.models.genie.Genie;
import dev.simoom.models.play.PlayServer;
import dev.simoom.models.play.PlayableWorld;
import dev.simoom.models.run.RunDirectory;
import dev.simoom.models.run.RunException;
import dev.simoom.models.video.GifWriter;
import dev.simoom.models.video.Picture;
import dev.simoom.models.video.Video;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A finished run as a world to be played. */
public final class TrainedWorld implements PlayableWorld, AutoCloseable {
  private static final int MOST_PIXELS = 20_000_000;
  private static final int GIF_MILLIS = 100;
  private static final int GIF_SCALE = 6;

  private final GenieConfig config;
  private final GenieModels models;
  private final Genie genie;
  private final List<String> labels;
  private final List<byte[]> starts;
  private long games;

  private TrainedWorld(
      GenieConfig config, GenieModels models, List<String> labels, List<byte[]> starts) {
    this.config = config;
    this.models = models;
    this.genie = models.genie(config);
    this.labels = labels;
    this.starts = starts;
  }

  /** Whether a folder holds a run whose models are all trained and evaluated. */
  public static boolean isTrained(Path folder) {
    return Files.exists(folder.resolve(GenieResults.LABELS))
        && Files.exists(GenieModels.file(folder, Stage.DYNAMICS));
  }

  /**
   * Loads a run.
   *
   * @throws RunException if it is none of this kind, or was not finished
   * @throws IOException if a file of the run is missing, cannot be read, or is not what a run
   *     writes
   */
  public static TrainedWorld load(Path folder) throws IOException {
    if (!isTrained(folder)) {
      throw new RunException(
          "%s holds no finished world; train one with ./simoom genie, or finish it with ./simoom genie --resume %s"
              .formatted(folder, folder));
    }
    GenieConfig config = GenieJob.config(folder);
    List<String> labels =
        RunDirectory.readJson(folder.resolve(GenieResults.LABELS), GenieResults.Labels.class)
            .labels();
    List<byte[]> starts = starts(folder.resolve(GenieResults.STARTS), config);
    GenieModels models = GenieModels.create(config);
    try {
      models.load(folder, Stage.TRAINED);
    } catch (IOException | RuntimeException e) {
      models.close();
      throw e;
    }
    TrainedWorld world = new TrainedWorld(config, models, labels, starts);
    world.prepare();
    return world;
  }

  /** Draws as many frames as are remembered, after which no step waits for its program. */
  private void prepare() {
    Dream dream =
        new Dream(
            genie,
            List.of(genie.start(new byte[][] {starts.getFirst()})),
            config.sampling(),
            config.seed());
    for (int t = 0; t < config.frames(); t++) {
      dream.step(0);
    }
  }

  /**
   * Serves it on a page.
   *
   * @param host the address to listen on
   * @param port 0 takes any
   * @throws IOException if the address cannot be had
   */
  public PlayServer serve(String host, int port) throws IOException {
    return PlayServer.start(
        this,
        (file, most, height, width) ->
            Picture.centreCrop(Picture.decode(file, most), height, width)
                .resized(height, width)
                .rgb(),
        (out, frames, height, width, rgb) ->
            GifWriter.write(out, new Video(frames, height, width, rgb), GIF_MILLIS, GIF_SCALE),
        host,
        port);
  }

  private static List<byte[]> starts(Path folder, GenieConfig config) throws IOException {
    List<byte[]> frames = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".png")).sorted().toList()) {
        Video picture = Picture.decode(Files.readAllBytes(file), MOST_PIXELS);
        frames.add(picture.resized(config.height(), config.width()).rgb());
      }
    }
    return frames;
  }

  @Override
  public int height() {
    return config.height();
  }

  @Override
  public int width() {
    return config.width();
  }

  @Override
  public List<String> actions() {
    return labels;
  }

  @Override
  public int startFrames() {
    return starts.size();
  }

  @Override
  public byte[] startFrame(int index) {
    return starts.get(index);
  }

  @Override
  public Game start(byte[] frame) {
    return new DreamedGame(frame, games++);
  }

  /** Frees the models. */
  @Override
  public void close() {
    genie.close();
    models.close();
  }

  private final class DreamedGame implements Game {
    private final Dream dream;
    private final List<byte[]> frames = new ArrayList<>();

    DreamedGame(byte[] frame, long seed) {
      dream = new Dream(genie, List.of(genie.start(new byte[][] {frame})), config.sampling(), seed);
      frames.add(frame);
    }

    @Override
    public List<byte[]> frames() {
      return List.copyOf(frames);
    }

    @Override
    public void step(int action) {
      frames.add(dream.step(action));
    }

    @Override
    public void undo(int steps) {
      int length = frames.size() - steps;
      dream.truncate(length);
      frames.subList(length, frames.size()).clear();
    }

    @Override
    public void close() {
      frames.clear();
    }
  }
}
