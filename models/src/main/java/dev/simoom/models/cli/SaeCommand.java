package dev.simoom.models.cli;

import dev.simoom.models.job.SaeJob;
import dev.simoom.models.job.SaeJobConfig;
import dev.simoom.models.lm.LmTraining;
import dev.simoom.models.pretrained.PretrainedModel;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.Progress;
import dev.simoom.models.sae.SafetensorsActivations;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simoom sae}: the main job. */
@Command(
    name = "sae",
    header = "Train a language model and a sparse autoencoder of its activations.",
    description = {
      "%nWithout options: gathers the Java sources of a JDK on this machine, trains a byte-pair"
          + " encoding, a small transformer and a sparse autoencoder of its residual stream,"
          + " evaluates them on held-out text and writes a report that shows what the features"
          + " mean.%n",
      "With --model, takes the transformer and its encoding from a folder, with --activations"
          + " trains the autoencoder alone on activations from a file."
    },
    subcommands = {
      SaeEvalCommand.class,
      SaeAblateCommand.class,
      SaeSampleCommand.class,
      SaeSteerCommand.class,
      SaeExportCommand.class,
      SaeImportCommand.class
    })
final class SaeCommand implements Callable<Integer> {
  private static final int EVALUATION_BATCHES = 100;
  private static final List<String> OF_TRAINING =
      List.of("--vocabulary", "--width", "--heads", "--blocks", "--lm-steps", "--lm-rate");

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      order = 1,
      description = "Folder of the results. Default: runs/sae-<time>.")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      order = 2,
      description =
          "Continue the run in this folder, with its own settings; only --threads, --backend,"
              + " --device and --quiet may be given beside it.")
  private @Nullable Path resume;

  @ArgGroup(validate = false, heading = "%nText and language model:%n", order = 10)
  private ModelOptions model = new ModelOptions();

  @ArgGroup(validate = false, heading = "%nSparse autoencoder:%n", order = 20)
  private AutoencoderOptions sae = new AutoencoderOptions();

  @Override
  public Integer call() throws IOException {
    common.apply(spec.commandLine());
    refuseRepeatedOptions();
    Path folder = resume != null ? resume : out != null ? out : Runs.fresh("sae");
    SaeJobConfig config = resume != null ? null : config();
    Runs.check(spec.commandLine(), folder, resume != null);
    if (config != null) {
      SaeJob.checkMemory(config);
    }
    Progress progress = Progress.standard(common.isQuiet());
    try (Interruption interruption =
        Interruption.listen(() -> Runs.sayFarewell(spec.commandLine(), progress, "sae", folder))) {
      boolean finished =
          config == null
              ? SaeJob.resume(folder, progress, interruption, common.threads())
              : SaeJob.start(config, folder, progress, interruption, common.threads());
      if (!finished) {
        interruption.sayFarewell();
        return Runs.INTERRUPTED;
      }
      spec.commandLine().getOut().println(folder.resolve("report.html"));
      spec.commandLine().getOut().flush();
      return 0;
    }
  }

  /**
   * Refuses what picocli lets pass in groups, where a second value drops all others' first ones.
   */
  private void refuseRepeatedOptions() {
    Set<String> met = new HashSet<>();
    for (String argument : spec.commandLine().getParseResult().originalArgs()) {
      String name = argument.split("=", 2)[0];
      OptionSpec option = name.startsWith("--") ? spec.findOption(name) : null;
      require(
          option == null || option.isMultiValue() || met.add(name),
          name + " is given twice; give it once");
    }
  }

  /** Refuses options that the chosen sparsity has no use for. */
  private void refuseIdleOptions() {
    List<String> idle =
        sae.sparsity.isPenalised()
            ? List.of("--k", "--k-aux", "--no-aux")
            : List.of("--penalty", "--penalty-warmup");
    for (String name : idle) {
      require(
          !spec.commandLine().getParseResult().hasMatchedOption(name),
          "%s means nothing with --sparsity %s; leave it out".formatted(name, sae.sparsity));
    }
  }

  private long penaltyWarmup() {
    return sae.sparsity.isPenalised() ? sae.steps / 20 : 0;
  }

  private SaeJobConfig config() throws IOException {
    refuseIdleOptions();
    if (model.folder != null) {
      takeShape(model.folder);
    }
    int width = sae.activations != null ? activationWidth(sae.activations) : model.width;
    require(
        sae.tensor == null || sae.activations != null,
        "--tensor names a tensor of an --activations file; give both or none");
    for (Path path : model.text) {
      require(Files.exists(path), "--text: " + path + " does not exist; name a file or a folder");
    }
    int layer = sae.layer != null ? sae.layer : Math.max(1, model.blocks * 3 / 4);
    LmTraining lm =
        new LmTraining(
            model.steps,
            model.batch,
            model.rate,
            Math.max(1, model.steps / 20),
            4,
            0.999,
            0.1,
            1,
            common.seed());
    SaeJobConfig.SaeSettings settings =
        new SaeJobConfig.SaeSettings(
            sae.latents,
            sae.sparsity,
            sae.sparsity.isPenalised() ? Math.min(sae.k, sae.latents) : sae.k,
            sae.penalty != null ? sae.penalty : sae.sparsity.usualPenalty(),
            sae.penaltyWarmup != null ? sae.penaltyWarmup : penaltyWarmup(),
            sae.normalisation,
            sae.kAux != null ? sae.kAux : Math.min(sae.latents, Math.max(1, width / 2)),
            sae.steps,
            sae.batch,
            sae.buffer,
            sae.rate,
            sae.deadAfter,
            !sae.noAux,
            !sae.untied);
    SaeJobConfig config =
        new SaeJobConfig(
            model.text.stream().map(p -> p.toAbsolutePath().toString()).toList(),
            model.textBytes,
            model.folder == null ? "" : model.folder.toAbsolutePath().toString(),
            model.vocabulary,
            model.context,
            width,
            model.heads,
            model.blocks,
            lm,
            layer,
            sae.activations == null ? "" : sae.activations.toAbsolutePath().toString(),
            sae.tensor == null ? "" : sae.tensor,
            settings,
            sae.features,
            EVALUATION_BATCHES,
            common.seed());
    new Settings(complaint -> require(false, complaint)).check(config);
    return config;
  }

  /**
   * Puts the shape of a model in a folder in the place of what options say of one to be trained.
   */
  private void takeShape(Path folder) throws IOException {
    for (String name : OF_TRAINING) {
      require(
          !spec.commandLine().getParseResult().hasMatchedOption(name),
          "--model reads a model that is trained; leave out " + name);
    }
    require(
        Files.isDirectory(folder),
        "--model: %s is no folder; name one with config.json, model.safetensors and tokenizer.json"
            .formatted(folder));
    PretrainedModel shape = PretrainedModel.read(folder);
    require(
        model.context <= shape.context(),
        "--context must be 1 to %d for the model in %s, got %d"
            .formatted(shape.context(), folder, model.context));
    model.vocabulary = shape.vocabulary();
    model.width = shape.width();
    model.blocks = shape.layers();
  }

  /** The width of the activations in a file, once it is known that the other options go with it. */
  private int activationWidth(Path file) throws IOException {
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      require(
          !spec.argGroups().getFirst().options().contains(option)
              && !option.longestName().equals("--layer"),
          "--activations trains the autoencoder alone; leave out " + option.longestName());
    }
    require(
        Files.exists(file), "--activations: " + file + " does not exist; name a safetensors file");
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      require(
          sae.tensor == null || open.contains(sae.tensor),
          "--tensor: no '%s' in %s, which has %s".formatted(sae.tensor, file, open.names()));
    }
    try (SafetensorsActivations activations =
        sae.tensor == null
            ? SafetensorsActivations.open(file)
            : SafetensorsActivations.open(file, sae.tensor)) {
      return activations.width();
    }
  }

  private void require(boolean right, String complaint) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), complaint);
    }
  }
}
