package dev.simoom.models.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs the command line in this process. */
final class Cli {
  /** Settings of a run that takes a moment. */
  static final List<String> TINY_AUTOENCODER =
      List.of(
          "--latents=48",
          "--k=4",
          "--k-aux=8",
          "--sae-steps=5",
          "--sae-batch=32",
          "--buffer=128",
          "--dead-after=32",
          "--features=6");

  private static final List<String> TINY_MODEL =
      List.of(
          "--vocabulary=300",
          "--context=16",
          "--width=16",
          "--heads=2",
          "--blocks=2",
          "--lm-steps=4",
          "--lm-batch=4");

  private Cli() {}

  /** What a command left. */
  record Outcome(int exit, String out, String err) {}

  static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exit = commandLine.execute(arguments);
    return new Outcome(exit, out.toString(), err.toString());
  }

  /** The arguments of a tiny run on text. */
  static String[] onText(Path text, Path folder, String... more) {
    List<String> arguments = new ArrayList<>(List.of("sae", "--quiet", "--out=" + folder));
    arguments.add("--text=" + text);
    arguments.addAll(TINY_MODEL);
    arguments.addAll(TINY_AUTOENCODER);
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  /** A folder with a few kilobytes of text that has a pattern to learn. */
  static Path text(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int file = 0; file < 6; file++) {
      StringBuilder text = new StringBuilder();
      for (int line = 0; line < 40; line++) {
        int a = (file * 7 + line * 3) % 11;
        int b = (file + line * 5) % 13;
        text.append("int value%d = compute%d(%d) + %d;%n".formatted(a, b, a * b, a + b));
      }
      Files.writeString(folder.resolve("file" + file + ".txt"), text);
    }
    return folder;
  }
}
