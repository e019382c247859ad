package dev.simoom.models.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link BadInputTest}: folders of runs that are spoilt, or not what a command needs. */
final class BadRuns {
  private BadRuns() {}

  static List<BadInput> rows() {
    List<BadInput> rows = new ArrayList<>(wrongFolders());
    rows.addAll(settings());
    rows.addAll(states());
    rows.addAll(models());
    return rows;
  }

  private interface Spoilt {
    Path in(Desk desk) throws IOException;
  }

  private static BadInput eval(String kind, String words, Spoilt run) {
    return new BadInput(kind, 1, words, desk -> eval(run.in(desk)));
  }

  private static BadInput resume(String kind, String words, Spoilt run) {
    return new BadInput(kind, 1, words, desk -> resume(run.in(desk)));
  }

  private static BadInput sample(String kind, String words, Spoilt run) {
    return new BadInput(
        kind, 1, words, desk -> new String[] {"sae", "sample", run.in(desk).toString()});
  }

  private static String[] eval(Path run) {
    return new String[] {"sae", "eval", "-q", run.toString()};
  }

  private static String[] resume(Path run, String... more) {
    List<String> all = new ArrayList<>(List.of("sae", "-q", "--resume=" + run));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** A run of {@code genie} that found no video. */
  private static Path world(Desk desk) throws IOException {
    Path run = desk.folder().resolve(Desk.OUT);
    Cli.run(desk.onVideo(Files.createDirectory(desk.folder().resolve("none"))));
    return run;
  }

  private static List<BadInput> wrongFolders() {
    return List.of(
        new BadInput("resume: no run", 2, "holds no run; name the --out", d -> resume(d.folder())),
        new BadInput("eval: no run", 2, "holds no run; name the --out", d -> eval(d.folder())),
        new BadInput(
            "resume with other settings",
            2,
            "leave out --k",
            desk -> resume(desk.copy("run-stopped"), "--k=3")),
        new BadInput(
            "play: a run that is no world",
            1,
            "holds no finished world; train one with ./simoom genie",
            desk -> new String[] {"genie", "play", desk.copy("run").toString()}),
        new BadInput(
            "resume of a world: a run that is none",
            1,
            "'preset' is missing",
            desk -> new String[] {"genie", "-q", "--resume=" + desk.copy("run")}),
        eval("eval: a world", "'text' is missing", BadRuns::world),
        eval("eval: a run that stopped", "continue it with --resume", d -> d.copy("run-stopped")),
        sample(
            "sample: a run that stopped", "continue it with --resume", d -> d.copy("run-stopped")),
        sample(
            "sample: a run on activations",
            "is on activations from a file; name one on text",
            desk -> desk.copy("on-activations")));
  }

  private static BadInput setting(String kind, String words, String old, String changed) {
    return eval(
        "config.json " + kind,
        words,
        desk -> desk.changed("run", "config.json", text -> text.replaceFirst(old, changed)));
  }

  private static List<BadInput> settings() {
    return List.of(
        setting("that is empty", "it holds no JSON object", "(?s).*", ""),
        setting("that is a list", "it holds no JSON object", "(?s)^.*$", "[]"),
        setting("that is null", "it holds no JSON object", "(?s)^.*$", "null"),
        setting("cut short", "is not what a run writes", "(?s)\"lm\".*", "\"lm"),
        setting("without a setting", "'heads' is missing", "\"heads\" : 2,", ""),
        setting("with a setting too many", "'mood' is nothing", "\\{", "{\"mood\" : 1,"),
        setting("with a word for a number", "'heads' has a value", "(\"heads\" : )2", "$1\"two\""),
        setting("with a number beyond int", "config.json", "(\"width\" : )16", "$199999999999"),
        setting("with no heads", "'heads' is 0, and it must be 1 to 16", "(\"heads\" : )2", "$10"),
        setting(
            "with a layer too many",
            "'layer' is 7, and it must be 0 to 2",
            "(\"layer\" : )1",
            "$17"),
        setting("with no evaluation", "'evaluationBatches' is 0", "(Batches\" : )100", "$10"),
        setting("of another context", "does not fit", "(\"context\" : )16", "$18"),
        setting("whose text is gone", "gone does not exist", "/text\"", "/gone\""),
        eval(
            "config.json that is not UTF-8",
            "it is not UTF-8",
            desk -> {
              Path run = desk.copy("run");
              Files.write(run.resolve("config.json"), new byte[] {'{', (byte) 0xff, '}'});
              return run;
            }),
        eval(
            "text that changed",
            "is not what the run in",
            desk -> desk.changed("run", "input.sha256", hash -> "0")),
        eval(
            "activations that are gone",
            "gone.safetensors does not exist",
            desk ->
                desk.changed(
                    "on-activations", "config.json", t -> t.replace("activations.s", "gone.s"))));
  }

  private static List<BadInput> states() {
    String state = "checkpoint.safetensors";
    String figures = "metrics.jsonl";
    return List.of(
        resume("a checkpoint cut short", state, desk -> desk.cut("run-stopped", state)),
        resume(
            "a checkpoint of another model",
            "is [300, 32], not [300, 16]",
            desk -> desk.swapped("run-stopped", state, "wide-stopped/" + state)),
        resume(
            "weights in the place of a checkpoint",
            "is not the checkpoint of a run",
            desk -> desk.swapped("run-stopped", state, "run/lm.safetensors")),
        resume(
            "a checkpoint of a later stage without its models",
            "lm.safetensors does not exist",
            desk -> desk.without("run", "lm.safetensors")),
        resume(
            "metrics shorter than the checkpoint says",
            "the file was changed",
            desk -> desk.cut("run-stopped", figures)),
        resume(
            "metrics that are gone", "the file was changed", desk -> desk.without("run", figures)),
        eval(
            "metrics that are no JSON",
            "metrics.jsonl: line 1 is not what a run writes",
            desk -> desk.changed("run", figures, text -> text.replace("{", "<"))));
  }

  private static List<BadInput> models() {
    String lm = "lm.safetensors";
    String sae = "sae.safetensors";
    String words = "tokenizer.json";
    return List.of(
        sample("a language model cut short", "but the file has", desk -> desk.cut("run", lm)),
        sample(
            "a language model of another width",
            "is F32[300, 32], needed is F32[300, 16]",
            desk -> desk.swapped("run", lm, "wide/" + lm)),
        sample(
            "an autoencoder in the place of the language model",
            "does not fit; missing: 'tokens.weight'",
            desk -> desk.swapped("run", lm, "run/" + sae)),
        eval("an autoencoder cut short", "but the file has", desk -> desk.cut("run", sae)),
        eval("an autoencoder that is gone", "does not exist", desk -> desk.without("run", sae)),
        eval(
            "a language model in the place of the autoencoder",
            "is this a file of an autoencoder?",
            desk -> desk.swapped("run", sae, "run/" + lm)),
        eval(
            "an autoencoder of another width",
            "of width 4, and the run's activations have 16",
            desk -> desk.swapped("run", sae, "on-activations/" + sae)),
        eval(
            "an autoencoder of another version",
            "format",
            desk -> {
              Path run = desk.copy("run");
              byte[] bytes = Files.readAllBytes(run.resolve(sae));
              String text = new String(bytes, ISO_8859_1);
              String later = text.replace("simoom.sae.1", "simoom.sae.9");
              Files.writeString(run.resolve(sae), later, ISO_8859_1);
              return run;
            }),
        sample("a tokenizer cut short", "tokenizer.json: not JSON", desk -> desk.cut("run", words)),
        sample("a tokenizer that is gone", "does not exist", desk -> desk.without("run", words)),
        sample(
            "a tokenizer of another kind",
            "model.type is WordPiece but must be BPE",
            desk -> desk.changed("run", words, t -> t.replaceFirst("\"BPE\"", "\"WordPiece\""))));
  }
}
