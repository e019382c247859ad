package dev.simoom.models.cli;

import dev.simoom.models.lm.TokenSampling;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Options of commands that let a language model go on with a text. */
final class SamplingOptions {
  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "The text to go on with. Default: '${DEFAULT-VALUE}'.")
  private String prompt = "public class ";

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "So many tokens at most. Default: ${DEFAULT-VALUE}.")
  private int tokens = 200;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "Below 1 bolder, above 1 wilder, 0 always the likeliest. Default: ${DEFAULT-VALUE}.")
  private double temperature = 0.8;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Choose among the K likeliest, 0 for all. Default: ${DEFAULT-VALUE}.")
  private int topK = 40;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Of these among the likeliest that have probability P. Default: ${DEFAULT-VALUE}.")
  private double topP = 0.95;

  String prompt() {
    return prompt;
  }

  int tokens() {
    return tokens;
  }

  /** How tokens are chosen, once all options were found to be right. */
  TokenSampling checked(CommandLine command) {
    if (tokens < 1 || prompt.isEmpty()) {
      CommonOptions.refuse(command, "--tokens must be 1 or more, and --prompt not empty");
    }
    try {
      return new TokenSampling(temperature, topK, topP);
    } catch (IllegalArgumentException e) {
      CommonOptions.refuse(command, "--" + e.getMessage());
      throw e;
    }
  }
}
