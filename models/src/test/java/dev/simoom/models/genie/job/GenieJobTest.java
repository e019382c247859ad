package dev.simoom.models.genie.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simoom.models.genie.ActionInput;
import dev.simoom.models.play.PlayableWorld;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunException;
import dev.simoom.models.video.GifWriter;
import dev.simoom.models.video.Video;
import dev.simoom.nn.SpatioTemporalTransformer.Size;
import dev.simoom.tensor.safetensors.SafetensorsException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GenieJobTest {
  private static final int HEIGHT = TinyWorld.HEIGHT;
  private static final int WIDTH = TinyWorld.WIDTH;

  @TempDir Path temp;

  private static Progress silent() {
    return new Progress(new PrintStream(OutputStream.nullOutputStream()), true, false);
  }

  private Path video() throws IOException {
    return TinyWorld.video(temp.resolve("video"));
  }

  private static GenieConfig config(String video) {
    return TinyWorld.config(video);
  }

  private static void train(GenieConfig config, Path folder) throws IOException {
    assertThat(GenieJob.start(config, folder, silent(), Interruption.when(() -> false))).isTrue();
  }

  private static JsonNode metrics(Path folder) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("metrics.json").toFile()).get("metrics");
  }

  @Test
  void aRunLeavesModelsFiguresAndAWorldToPlay() throws IOException {
    Path folder = temp.resolve("run");
    train(config(video().toString()), folder);
    JsonNode metrics = metrics(folder);
    for (String name :
        new String[] {
          "tokenizer.psnr",
          "tokenizer.ssim",
          "tokenizer.perplexity",
          "actions.used_often",
          "dynamics.token_accuracy",
          "dynamics.psnr",
          "dynamics.delta4_psnr"
        }) {
      assertThat(Double.isFinite(metrics.path(name).asDouble(Double.NaN))).as(name).isTrue();
    }
    assertThat(metrics.has("actions.purity")).isFalse();
    String page = Files.readString(folder.resolve("report.html"));
    assertThat(page)
        .contains("Action 3: ")
        .contains("data:image/png;base64,")
        .contains("<polyline")
        .doesNotContain("{{")
        .doesNotContain("http://");
    try (TrainedWorld world = TrainedWorld.load(folder);
        PlayableWorld.Game game = world.start(world.startFrame(0))) {
      assertThat(world.actions()).hasSize(3);
      assertThat(world.startFrames()).isEqualTo(12);
      for (int step = 0; step < 6; step++) {
        game.step(step % 3);
      }
      assertThat(game.frames()).hasSize(7).allMatch(f -> f.length == HEIGHT * WIDTH * 3);
      byte[] third = game.frames().get(2);
      game.undo(4);
      assertThat(game.frames()).hasSize(3);
      assertThat(game.frames().getLast()).isEqualTo(third);
      game.step(1);
      assertThat(game.frames()).hasSize(4);
    }
  }

  @Test
  void recordingsOfTheGameAreHeldAgainstTheTruth() throws IOException {
    Path folder = temp.resolve("game");
    GenieConfig base = Preset.DEMO.config("", 3);
    GenieConfig small =
        new GenieConfig(
            "demo",
            "",
            base.height(),
            base.width(),
            4,
            1000,
            2,
            30,
            1,
            new GenieConfig.Coded(
                16, 2, 16, 8, 0.9, new Size(16, 2, 1, 2, false), new Size(16, 2, 1, 2, false)),
            new GenieConfig.Coded(
                16, 4, 3, 8, 0, new Size(16, 2, 1, 2, false), new Size(16, 2, 1, 2, false)),
            new GenieConfig.Dynamics(ActionInput.ADD, new Size(16, 2, 1, 2, true)),
            config("").tokenizerTraining(),
            config("").actionTraining(),
            config("").dynamicsTraining(),
            config("").sampling(),
            3);
    train(small, folder);
    assertThat(metrics(folder).get("actions.purity").asDouble()).isBetween(0.1, 1.0);
    assertThat(metrics(folder).get("dynamics.character_kept").asDouble()).isBetween(0.0, 1.0);
    assertThat(Files.readString(folder.resolve("report.html"))).contains("jump right");
  }

  /** Stopped in each stage, and between two, a run goes on with the same bits. */
  @Test
  void anInterruptedRunGoesOnWithTheSameBits() throws IOException {
    GenieConfig config = config(video().toString());
    Path straight = temp.resolve("straight");
    train(config, straight);
    Path stopped = temp.resolve("stopped");
    int[] asked = new int[1];
    Interruption every = Interruption.when(() -> ++asked[0] % 6 == 0);
    boolean finished = GenieJob.start(config, stopped, silent(), every);
    int sessions = 1;
    while (!finished) {
      int before = sessions++;
      assertThat(before).isLessThan(30);
      finished = GenieJob.resume(stopped, silent(), Interruption.when(() -> ++asked[0] % 6 == 0));
    }
    assertThat(sessions).isGreaterThan(4);
    for (Stage stage : new Stage[] {Stage.TOKENIZER, Stage.ACTIONS, Stage.DYNAMICS}) {
      assertThat(GenieModels.file(stopped, stage))
          .hasSameBinaryContentAs(GenieModels.file(straight, stage));
    }
    assertThat(metrics(stopped)).isEqualTo(metrics(straight));
    assertThat(stopped.resolve("metrics.jsonl"))
        .hasSameTextualContentAs(straight.resolve("metrics.jsonl"));
  }

  @Test
  void sizesAreThoseOfTheModels() {
    for (GenieConfig config : new GenieConfig[] {config(""), Preset.DEMO.config("", 1)}) {
      try (GenieModels models = GenieModels.create(config)) {
        assertThat(GenieSize.of(config))
            .isEqualTo(
                new GenieSize(
                    models.tokenizer().parameterCount(),
                    models.actions().parameterCount(),
                    models.dynamics().parameterCount()));
      }
    }
    assertThat(GenieJob.sizes(Preset.COINRUN.config("", 1)))
        .contains("preset coinrun: tokenizer 6");
  }

  @Test
  void theDynamicsOfThePaperHaveBillionsOfParametersAndDoNotFitHere() {
    GenieConfig paper = Preset.PAPER.config("", 1);
    assertThat(GenieSize.of(paper).dynamics()).isBetween(12_500_000_000L, 12_700_000_000L);
    assertThatThrownBy(() -> GenieJob.checkMemory(paper))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("--batch")
        .hasMessageContaining("demo");
  }

  @Test
  void whatCannotBeUsedIsNamedInOneLine() throws IOException {
    Path folder = temp.resolve("none");
    assertThatThrownBy(() -> GenieJob.resume(folder, silent(), Interruption.when(() -> false)))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("holds no run");
    assertThatThrownBy(() -> TrainedWorld.load(folder))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("simoom genie");
    Path one = Files.createDirectories(temp.resolve("short"));
    byte[] rgb = new byte[5 * HEIGHT * WIDTH * 3];
    try (OutputStream out = Files.newOutputStream(one.resolve("a.gif"))) {
      GifWriter.write(out, new Video(5, HEIGHT, WIDTH, rgb), 100, 1);
    }
    assertThatThrownBy(() -> train(config(one.toString()), temp.resolve("out")))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("5 frames in 1 episodes are too few");
    Path half = temp.resolve("half");
    assertThat(
            GenieJob.start(
                config(video().toString()), half, silent(), Interruption.when(() -> true)))
        .isFalse();
    assertThatThrownBy(() -> TrainedWorld.load(half)).hasMessageContaining("--resume");
  }

  @Test
  void modelsOfAnotherPresetAreRefusedInOneLine() throws IOException {
    Path folder = temp.resolve("run");
    train(config(video().toString()), folder);
    Path file = folder.resolve("config.json");
    String settings = Files.readString(file);
    Files.writeString(file, settings.replaceFirst("\"codes\" : 16", "\"codes\" : 24"));
    assertThatThrownBy(() -> TrainedWorld.load(folder))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("tokenizer.safetensors")
        .hasMessageContaining("of another shape or type")
        .hasMessageContaining("codebook")
        .message()
        .hasLineCount(1);
    Files.writeString(file, settings.replaceFirst("\"codes\" : 16", "\"colours\" : 24"));
    assertThatThrownBy(() -> TrainedWorld.load(folder))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("config.json");
    Files.writeString(file, settings);
    TrainedWorld.load(folder).close();
  }
}
