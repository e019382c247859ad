package dev.simoom.models.genie.job;

import dev.simoom.models.genie.ActionInput;
import dev.simoom.models.genie.CodedTraining;
import dev.simoom.models.genie.DynamicsTraining;
import dev.simoom.models.genie.MaskSchedule;
import dev.simoom.models.genie.Sampling;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.Progress;
import dev.simoom.models.video.GifWriter;
import dev.simoom.models.video.Video;
import dev.simoom.nn.SpatioTemporalTransformer.Size;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A run that takes seconds. */
public final class TinyWorld {
  public static final int ACTIONS = 3;
  public static final int FRAME_BYTES = 12 * 16 * 3;
  static final int HEIGHT = 12;
  static final int WIDTH = 16;

  private TinyWorld() {}

  /** Trains a world in a folder, on video that lies beside it. */
  public static void train(Path folder) throws IOException {
    Progress silent = new Progress(new PrintStream(OutputStream.nullOutputStream()), true, false);
    String video = video(folder.resolveSibling("video")).toString();
    GenieJob.start(config(video), folder, silent, Interruption.when(() -> false));
  }

  /** Two episodes of a bar that moves over a dark ground. */
  static Path video(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int e = 0; e < 2; e++) {
      Random random = new Random(e);
      int frames = 30;
      byte[] rgb = new byte[frames * HEIGHT * WIDTH * 3];
      int x = 3;
      for (int t = 0; t < frames; t++) {
        for (int i = 0; i < HEIGHT * WIDTH * 3; i++) {
          boolean bar = Math.floorMod(i / 3 % WIDTH - x, WIDTH) < 4;
          rgb[t * HEIGHT * WIDTH * 3 + i] = (byte) (bar ? 240 : 20 + 30 * (i % 3));
        }
        x += random.nextBoolean() ? 2 : -2;
      }
      try (OutputStream out = Files.newOutputStream(folder.resolve(e + ".gif"))) {
        GifWriter.write(out, new Video(frames, HEIGHT, WIDTH, rgb), 100, 1);
      }
    }
    return folder;
  }

  static GenieConfig config(String video) {
    Size size = new Size(16, 2, 1, 2, false);
    return new GenieConfig(
        "demo",
        video,
        HEIGHT,
        WIDTH,
        4,
        1000,
        2,
        20,
        1,
        new GenieConfig.Coded(4, 1, 16, 8, 0.9, size, size),
        new GenieConfig.Coded(4, 2, ACTIONS, 8, 0, size, size),
        new GenieConfig.Dynamics(ActionInput.CONCATENATE, new Size(16, 2, 1, 2, true)),
        new CodedTraining(12, 2, 0.01, 2, 4, 3, 0.1, 2, 0, 1, 1),
        new CodedTraining(12, 2, 0.01, 2, 4, 3, 0.1, 2, 0, 1, 2),
        new DynamicsTraining(10, 2, 0.01, 2, 0.5, 0.5, 0.1, 0, 1, 3),
        new Sampling(2, 1, MaskSchedule.COSINE, Sampling.Order.CONFIDENCE),
        1);
  }
}
