package dev.simoom.models.cli;

import dev.simoom.models.job.TrainedLanguageModel;
import dev.simoom.models.lm.TextGenerator;
import dev.simoom.models.lm.TokenSampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code simoom sae sample}: lets the language model of a run go on with a text. */
@Command(
    name = "sample",
    header = "Let the language model of a run go on with a text, to see what it learned.")
final class SaeSampleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SamplingOptions options;
  @Mixin private CommonOptions common;
  @Mixin private RunFolder run;

  @Override
  public Integer call() throws IOException {
    common.apply(spec.commandLine());
    Path folder = run.checked(spec.commandLine());
    TokenSampling sampling = options.checked(spec.commandLine());
    try (TrainedLanguageModel trained = TrainedLanguageModel.load(folder);
        TextGenerator generator = new TextGenerator(trained.model())) {
      new Continuation(
              trained.tokenizer(), options.prompt(), options.tokens(), sampling, common.seed())
          .print(spec.commandLine().getOut(), generator::next);
    }
    return 0;
  }
}
