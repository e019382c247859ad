package dev.simoom.models.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Rows of {@link BadInputTest}: options that are wrong by themselves or beside others. */
final class BadOptions {
  /** Options of {@code sae} and what is said about them. */
  private static final String[][] SAE = {
    {"--threads=0", "1 to 1024"},
    {"--threads=1025", "1 to 1024"},
    {"--seed=one", "'one' is not a long"},
    {"--backend=cuda", "expected one of"},
    {"--device=1", "--device is for --backend tornado"},
    {"--text-bytes=0", "--text-bytes must be"},
    {"--text-bytes=9999999999", "--text-bytes must be"},
    {"--vocabulary=100", "--vocabulary must be 257 to 65536"},
    {"--context=0", "--context must be"},
    {"--width=-1", "--width must be"},
    {"--width=99999999999", "'99999999999' is not an int"},
    {"--heads=3", "--heads must divide the width 16"},
    {"--blocks=0", "--blocks must be"},
    {"--layer=3", "--layer must be 0 to 2"},
    {"--layer=-1", "--layer must be 0 to 2"},
    {"--lm-steps=0", "--lm-steps must be"},
    {"--lm-batch=0", "--lm-batch must be"},
    {"--lm-batch=64", "--buffer must be at least 2048"},
    {"--lm-rate=0", "--lm-rate must be above 0"},
    {"--lm-rate=NaN", "--lm-rate must be above 0"},
    {"--latents=0", "--latents must be"},
    {"--k=49", "--k must be 1 to 48"},
    {"--k=many", "'many' is not an int"},
    {"--sparsity=strict", "expected one of"},
    {"--penalty=1", "means nothing with --sparsity topk"},
    {"--penalty-warmup=1", "means nothing with --sparsity topk"},
    {"--sparsity=gated", "--k means nothing with --sparsity gated"},
    {"--normalisation=batch", "expected one of"},
    {"--sparsity=jumprelu", "--k means nothing with --sparsity jumprelu"},
    {"--k-aux=49", "--k-aux must be 0 to 48"},
    {"--sae-steps=0", "--sae-steps must be"},
    {"--sae-batch=65", "--sae-batch must be 1 to 64"},
    {"--sae-rate=-1", "--sae-rate must be above 0"},
    {"--dead-after=31", "--dead-after must be 32 to"},
    {"--features=0", "--features must be"},
    {"--tensor=x", "give both or none"},
    {"--text=missing", "--text: missing does not exist"},
    {"--text=a\0b", "it is no path"},
    {"--latentz=3", "(did you mean --la"},
  };

  /** Options of {@code genie train}. */
  private static final String[][] GENIE = {
    {"--tokenizer-steps=0", "--tokenizer-steps must be 1 or more"},
    {"--actions-steps=0", "--actions-steps must be 1 or more"},
    {"--dynamics-steps=-1", "--dynamics-steps must be 1 or more"},
    {"--batch=0", "--batch must be 1 to 65536"},
    {"--tokenizer-rate=0", "--tokenizer-rate must be above 0"},
    {"--actions-rate=NaN", "--actions-rate must be above 0"},
    {"--dynamics-rate=-1", "--dynamics-rate must be above 0"},
    {"--preset=huge", "Invalid value for option '--preset'"},
    {"--video=missing", "--video: missing does not exist"},
    {"--threads=-1", "1 to 1024"},
  };

  /** Options of {@code sae sample} on a finished run. */
  private static final String[][] SAMPLE = {
    {"--top-p=0", "--top-p must be above 0 and at most 1, got 0.0"},
    {"--temperature=-1", "--temperature must be 0 or more"},
    {"--top-k=-2", "--top-k must be 0 (all) or more"},
    {"--tokens=0", "--tokens must be 1 or more"},
    {"--prompt=", "--prompt not empty"},
  };

  private BadOptions() {}

  static List<BadInput> rows() {
    List<BadInput> rows = new ArrayList<>();
    for (String[] row : SAE) {
      rows.add(usage("sae " + row[0], row[1], desk -> desk.onGoodText(row[0])));
    }
    for (String[] row : GENIE) {
      rows.add(usage("genie " + row[0], row[1], desk -> desk.onVideo(desk.right(), row[0])));
    }
    for (String[] row : SAMPLE) {
      rows.add(usage("sample " + row[0], row[1], desk -> onRun(desk, "sample", row[0])));
    }
    rows.addAll(others());
    return rows;
  }

  private static List<BadInput> others() {
    return List.of(
        usage("no such command", "'sea' is no command", desk -> words("sea")),
        usage("no such option", "--no-such-option", desk -> words("--no-such-option")),
        usage(
            "an option given twice",
            "--k is given twice",
            desk -> Cli.onText(desk.right(), desk.folder().resolve(Desk.OUT), "--k", "3")),
        usage(
            "a negative penalty",
            "--penalty must be 0 or more, got -1.0",
            desk -> words("sae", "--sparsity=relu-l1", "--penalty=-1")),
        usage(
            "a penalty that is no number",
            "--penalty must be 0 or more, got NaN",
            desk -> words("sae", "--sparsity=relu-l1", "--penalty=NaN")),
        usage(
            "a negative warm-up",
            "--penalty-warmup must be 0 or more, got -1",
            desk -> words("sae", "--sparsity=relu-l1", "--penalty-warmup=-1")),
        usage(
            "a device that there is not",
            "--backend tornado: no device 99",
            desk -> desk.onGoodText("--backend=tornado", "--device=99")),
        usage(
            "no cases to check", "--cases must be", desk -> words("backend", "check", "--cases=0")),
        usage(
            "ablation without steps",
            "--steps must be",
            desk -> onRun(desk, "ablate", "--steps=0")),
        usage(
            "ablation without seeds",
            "--seeds must be",
            desk -> onRun(desk, "ablate", "--seeds=0")),
        usage(
            "a port beyond all",
            "--port must be 0",
            desk -> words("genie", "play", "--port=70000")),
        new BadInput(
            "more latents than memory",
            1,
            "GiB to train and this machine has",
            desk -> desk.onGoodText("--latents=2147483647")),
        new BadInput(
            "a preset beyond this machine",
            1,
            "take a smaller --batch, or --preset demo",
            desk -> words("genie", "--preset=paper", "-q", "--batch=65536", out(desk))));
  }

  private static BadInput usage(String kind, String words, BadInput.Command command) {
    return new BadInput(kind, 2, words, command);
  }

  private static String out(Desk desk) {
    return "--out=" + desk.folder().resolve(Desk.OUT);
  }

  private static String[] onRun(Desk desk, String command, String... options) {
    Path run = desk.right().resolve("run");
    return Stream.concat(Stream.of("sae", command, run.toString()), Stream.of(options))
        .toArray(String[]::new);
  }

  private static String[] words(String... words) {
    return words;
  }
}
