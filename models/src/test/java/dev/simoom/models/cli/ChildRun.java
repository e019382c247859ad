package dev.simoom.models.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the command line in a process of its own, which can be stopped and killed. */
final class ChildRun {
  /**
   * Steps of some milliseconds, the first ones in a fresh JVM slower still, so that each stage
   * lasts long after its first line of metrics.
   */
  private static final List<String> SIZES =
      List.of(
          "--vocabulary=300",
          "--context=16",
          "--width=64",
          "--heads=2",
          "--blocks=2",
          "--lm-steps=24",
          "--lm-batch=32",
          "--latents=512",
          "--k=8",
          "--sae-steps=30",
          "--sae-batch=512",
          "--buffer=4096",
          "--dead-after=8192",
          "--features=6");

  private ChildRun() {}

  /** The arguments of a run on text. */
  static String[] onText(Path text, Path folder) {
    List<String> arguments = new ArrayList<>(List.of("sae", "--quiet", "--out=" + folder));
    arguments.add("--text=" + text);
    arguments.addAll(SIZES);
    return arguments.toArray(String[]::new);
  }

  /** What every JVM needs that runs Simoom. */
  static List<String> vectors() {
    return List.of("--add-modules", "jdk.incubator.vector");
  }

  /** The words that start the command line in a JVM. */
  static List<String> command(List<String> jvm, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx512m"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Starts a command whose output goes to a file. */
  static Process start(Path output, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }
}
