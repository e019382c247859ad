package dev.simoom.models.cli;

import dev.simoom.models.job.TrainedAutoencoder;
import dev.simoom.models.lm.SteeredGenerator;
import dev.simoom.models.lm.TokenSampling;
import dev.simoom.models.sae.Intervention;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code simoom sae steer}: a text that goes on with and without an intervention by features. */
@Command(
    name = "steer",
    header = "Add and remove features while the language model of a run goes on with a text.",
    description = {
      "%nPrints two continuations that draw the same random numbers, the model's own and one in"
          + " which features are added to the residual stream that the autoencoder reads, or"
          + " removed from it, wherever a token is generated. What the autoencoder does not"
          + " reconstruct stays.%n",
      "A feature that is given to both options has its strength as its activation."
    })
final class SaeSteerCommand implements Callable<Integer> {
  private static final double USUAL_STRENGTH = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--feature",
      paramLabel = "ID[=STRENGTH]",
      description =
          "Add this feature, repeatable. The strength is in the units of the activations in the"
              + " report: 1 adds a direction as long as the activation it is added to, below 0"
              + " steers away. Default: 1.")
  private List<String> features = new ArrayList<>();

  @Option(
      names = "--ablate",
      paramLabel = "ID",
      description = "Take away what this feature contributes, repeatable.")
  private List<Integer> ablated = new ArrayList<>();

  @Mixin private SamplingOptions options;
  @Mixin private CommonOptions common;
  @Mixin private RunFolder run;

  @Override
  public Integer call() throws IOException {
    common.apply(spec.commandLine());
    Path folder = run.checked(spec.commandLine());
    TokenSampling sampling = options.checked(spec.commandLine());
    SequencedMap<Integer, Double> added = added();
    SequencedSet<Integer> removed = new LinkedHashSet<>(ablated);
    require(
        !added.isEmpty() || !removed.isEmpty(),
        "give a feature to add with --feature or to remove with --ablate");
    try (TrainedAutoencoder trained = TrainedAutoencoder.load(folder)) {
      added.keySet().forEach(id -> checkFeature("--feature", id, trained));
      removed.forEach(id -> checkFeature("--ablate", id, trained));
      Continuation continuation =
          new Continuation(
              trained.language().tokenizer(),
              options.prompt(),
              options.tokens(),
              sampling,
              common.seed());
      print("plain", trained, Intervention.NONE, continuation);
      spec.commandLine().getOut().println();
      print(title(added, removed), trained, Intervention.of(added, removed), continuation);
    }
    return 0;
  }

  private SequencedMap<Integer, Double> added() {
    SequencedMap<Integer, Double> added = new LinkedHashMap<>();
    for (String feature : features) {
      String[] parts = feature.split("=", 2);
      int id = -1;
      double strength = Double.NaN;
      try {
        id = Integer.parseInt(parts[0]);
        strength = parts.length == 1 ? USUAL_STRENGTH : Double.parseDouble(parts[1]);
      } catch (NumberFormatException _) {
        // Said below, with what is out of range.
      }
      require(
          id >= 0 && Double.isFinite(strength),
          "--feature must be ID or ID=STRENGTH, such as 12 or 12=0.5, got '%s'".formatted(feature));
      require(added.put(id, strength) == null, "--feature " + id + " is given twice; give it once");
    }
    return added;
  }

  private void checkFeature(String option, int id, TrainedAutoencoder trained) {
    int last = trained.sae().config().latents() - 1;
    require(
        id >= 0 && id <= last,
        "%s: there is no feature %d; the autoencoder has 0 to %d".formatted(option, id, last));
  }

  private static String title(SequencedMap<Integer, Double> added, SequencedSet<Integer> removed) {
    List<String> parts = new ArrayList<>();
    added.forEach((id, strength) -> parts.add("feature %d=%s".formatted(id, strength)));
    removed.forEach(id -> parts.add("without " + id));
    return String.join(", ", parts);
  }

  private void print(
      String title,
      TrainedAutoencoder trained,
      Intervention intervention,
      Continuation continuation) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("--- " + title);
    try (SteeredGenerator generator =
        new SteeredGenerator(
            trained.language().model(),
            trained.layer(),
            stream -> intervention.apply(trained.sae(), stream),
            continuation.promptTokens().size())) {
      continuation.print(out, generator::next);
    }
  }

  private void require(boolean right, String complaint) {
    if (!right) {
      CommonOptions.refuse(spec.commandLine(), complaint);
    }
  }
}
