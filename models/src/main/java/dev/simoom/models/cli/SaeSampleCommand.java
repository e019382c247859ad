package dev.simoom.models.cli;

import dev.simoom.models.job.TrainedLanguageModel;
import dev.simoom.models.lm.TextGenerator;
import dev.simoom.models.lm.TokenSampling;
import dev.simoom.models.text.Tokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code simoom sae sample}: lets the language model of a run go on with a text. */
@Command(
    name = "sample",
    header = "Let the language model of a run go on with a text, to see what it learned.")
final class SaeSampleCommand implements Callable<Integer> {
  /** Most bytes of UTF-8 that can lack their end, and as many more. */
  private static final int UNFINISHED = 8;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private RunFolder run;

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

  @Override
  public Integer call() throws IOException {
    common.apply(spec.commandLine());
    Path folder = run.checked(spec.commandLine());
    if (tokens < 1 || prompt.isEmpty()) {
      CommonOptions.refuse(
          spec.commandLine(), "--tokens must be 1 or more, and --prompt not empty");
    }
    TokenSampling sampling = sampling();
    try (TrainedLanguageModel trained = TrainedLanguageModel.load(folder);
        TextGenerator generator = new TextGenerator(trained.model())) {
      generate(trained.tokenizer(), generator, sampling);
    }
    return 0;
  }

  private TokenSampling sampling() {
    try {
      return new TokenSampling(temperature, topK, topP);
    } catch (IllegalArgumentException e) {
      CommonOptions.refuse(spec.commandLine(), "--" + e.getMessage());
      throw e;
    }
  }

  private void generate(Tokenizer tokenizer, TextGenerator generator, TokenSampling sampling) {
    PrintWriter out = spec.commandLine().getOut();
    Utf8 text = new Utf8(out);
    SplittableRandom random = new SplittableRandom(common.seed());
    List<Integer> ids = new ArrayList<>();
    for (int id : tokenizer.encode(prompt)) {
      ids.add(id);
    }
    out.print(prompt);
    for (int i = 0; i < tokens; i++) {
      int next = sampling.draw(generator.next(ids), random);
      if (next == tokenizer.separator()) {
        break;
      }
      ids.add(next);
      text.write(tokenizer.decode(next));
    }
    out.println();
    out.flush();
  }

  /** Prints UTF-8 of which a token may hold a part of a character. */
  private static final class Utf8 {
    private final PrintWriter out;
    private final CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer pending = ByteBuffer.allocate(UNFINISHED).flip();

    Utf8(PrintWriter out) {
      this.out = out;
    }

    void write(byte... bytes) {
      ByteBuffer all = ByteBuffer.allocate(pending.remaining() + bytes.length);
      all.put(pending).put(bytes).flip();
      CharBuffer chars = CharBuffer.allocate(all.remaining() + 1);
      decoder.decode(all, chars, false);
      out.print(chars.flip());
      out.flush();
      pending = all;
    }
  }
}
