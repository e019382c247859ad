package dev.simoom.models.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code simoom sae} about text and language model. */
final class ModelOptions {
  @Option(
      names = "--text",
      paramLabel = "FILE|DIR",
      description = "Text to learn from, repeatable. Default: the Java sources in a JDK's src.zip.")
  List<Path> text = new ArrayList<>();

  @Option(
      names = "--text-bytes",
      paramLabel = "N",
      description = "Use at most this many bytes of text. Default: ${DEFAULT-VALUE}.")
  long textBytes = 12_000_000;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "Read the language model from this folder instead of training one: GPT-2, Llama or"
              + " Qwen as Hugging Face saves them (config.json, model.safetensors or its shards,"
              + " tokenizer.json).")
  @Nullable Path folder;

  @Option(
      names = "--vocabulary",
      paramLabel = "N",
      description = "Tokens of the byte-pair encoding. Default: ${DEFAULT-VALUE}.")
  int vocabulary = 2048;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Positions the model sees. Default: ${DEFAULT-VALUE}.")
  int context = 128;

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Features of its residual stream. Default: ${DEFAULT-VALUE}.")
  int width = 128;

  @Option(
      names = "--heads",
      paramLabel = "N",
      description = "Attention heads. Default: ${DEFAULT-VALUE}.")
  int heads = 4;

  @Option(
      names = "--blocks",
      paramLabel = "N",
      description = "Transformer blocks. Default: ${DEFAULT-VALUE}.")
  int blocks = 4;

  @Option(
      names = "--lm-steps",
      paramLabel = "N",
      description = "Training steps. Default: ${DEFAULT-VALUE}.")
  long steps = 700;

  @Option(
      names = "--lm-batch",
      paramLabel = "N",
      description =
          "Windows in each step, and at once through a --model. Default: ${DEFAULT-VALUE}.")
  int batch = 16;

  @Option(
      names = "--lm-rate",
      paramLabel = "X",
      description = "Peak learning rate. Default: ${DEFAULT-VALUE}.")
  double rate = 3e-3;
}
