package dev.simoom.models.cli;

import dev.simoom.models.genie.CodedTraining;
import dev.simoom.models.genie.DynamicsTraining;
import dev.simoom.models.genie.job.GenieConfig;
import dev.simoom.models.genie.job.GenieJob;
import dev.simoom.models.genie.job.Preset;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** How a world is trained, for the commands that do that. */
final class GenieOptions {
  @Option(
      names = "--video",
      paramLabel = "PATH",
      order = 1,
      description =
          "Video to learn from: a folder of PNG or JPEG frames, whose sub-folders are episodes;"
              + " animated GIFs; or npy arrays [T, H, W, 3] or [episodes, T, H, W, 3]. Default:"
              + " recordings of a small game.")
  private @Nullable Path video;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      order = 2,
      description =
          "Sizes and lengths of training: demo, coinrun or paper; the last two are those of the"
              + " paper, for GPUs that can hold them. Default: demo.")
  private Preset preset = Preset.DEMO;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      order = 3,
      description = "Folder of the results. Default: runs/genie-<time>.")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      order = 4,
      description =
          "Continue the run in this folder, with its own settings; only --threads, --backend,"
              + " --device and --quiet may be given beside it.")
  private @Nullable Path resume;

  @Option(
      names = "--tokenizer-steps",
      paramLabel = "N",
      order = 10,
      description = "Training steps of the tokenizer. Default: the preset's.")
  private @Nullable Long tokenizerSteps;

  @Option(
      names = "--actions-steps",
      paramLabel = "N",
      order = 10,
      description = "Training steps of the latent actions. Default: the preset's.")
  private @Nullable Long actionSteps;

  @Option(
      names = "--dynamics-steps",
      paramLabel = "N",
      order = 10,
      description = "Training steps of the dynamics. Default: the preset's.")
  private @Nullable Long dynamicsSteps;

  @Option(
      names = "--tokenizer-rate",
      paramLabel = "X",
      order = 11,
      description = "Peak learning rate of the tokenizer. Default: the preset's.")
  private @Nullable Double tokenizerRate;

  @Option(
      names = "--actions-rate",
      paramLabel = "X",
      order = 11,
      description = "Peak learning rate of the latent actions. Default: the preset's.")
  private @Nullable Double actionRate;

  @Option(
      names = "--dynamics-rate",
      paramLabel = "X",
      order = 11,
      description = "Peak learning rate of the dynamics. Default: the preset's.")
  private @Nullable Double dynamicsRate;

  @Option(
      names = "--batch",
      paramLabel = "N",
      order = 12,
      description = "Clips in each step of all three. Default: the preset's.")
  private @Nullable Integer batch;

  /** Trains as the options say. */
  int run(CommandLine command, CommonOptions common) throws IOException {
    common.apply(command);
    Path folder = resume != null ? resume : out != null ? out : Runs.fresh("genie");
    GenieConfig config = resume != null ? null : config(command, common.seed());
    Runs.check(command, folder, resume != null);
    Progress progress = Progress.standard(common.isQuiet());
    if (config != null) {
      progress.say(GenieJob.sizes(config));
      GenieJob.checkMemory(config);
    }
    try (Interruption interruption =
        Interruption.listen(() -> Runs.sayFarewell(command, progress, "genie", folder))) {
      boolean finished =
          config == null
              ? GenieJob.resume(folder, progress, interruption)
              : GenieJob.start(config, folder, progress, interruption);
      if (!finished) {
        interruption.sayFarewell();
        return Runs.INTERRUPTED;
      }
      command.getOut().println(folder.resolve("report.html"));
      command.getOut().flush();
      return 0;
    }
  }

  private GenieConfig config(CommandLine command, long seed) {
    if (video != null && !Files.exists(video)) {
      CommonOptions.refuse(command, "--video: " + video + " does not exist; name a file or folder");
    }
    String path = video == null ? "" : video.toAbsolutePath().toString();
    GenieConfig base = preset.config(path, seed);
    Settings settings = new Settings(complaint -> CommonOptions.refuse(command, complaint));
    CodedTraining tokenizer = changed(base.tokenizerTraining(), tokenizerSteps, tokenizerRate);
    CodedTraining actions = changed(base.actionTraining(), actionSteps, actionRate);
    DynamicsTraining d = base.dynamicsTraining();
    DynamicsTraining dynamics =
        new DynamicsTraining(
            dynamicsSteps == null ? d.steps() : dynamicsSteps,
            batch == null ? d.batch() : batch,
            dynamicsRate == null ? d.learningRate() : dynamicsRate,
            d.warmup(),
            d.leastMasked(),
            d.cleanPast(),
            d.corrupted(),
            d.weightDecay(),
            d.clipNorm(),
            d.seed());
    settings.checkGenie(tokenizer, actions, dynamics);
    return base.withTraining(tokenizer, actions, dynamics);
  }

  private CodedTraining changed(
      CodedTraining base, @Nullable Long steps, @Nullable Double learningRate) {
    return new CodedTraining(
        steps == null ? base.steps() : steps,
        batch == null ? base.batch() : batch,
        learningRate == null ? base.learningRate() : learningRate,
        base.warmup(),
        steps == null ? base.continuous() : Math.min(base.continuous(), steps / 3),
        base.reviveEvery(),
        base.quantizerWeight(),
        base.changedWeight(),
        base.weightDecay(),
        base.clipNorm(),
        base.seed());
  }
}
