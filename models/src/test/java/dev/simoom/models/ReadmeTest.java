package dev.simoom.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.models.genie.job.TinyWorld;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the README's examples as they stand there, one also in JShell. */
final class ReadmeTest {
  private static final Path README = Path.of("../README.md");
  private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```java\n(.*?)^```$");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+\\.\\d+(?:e[-+]\\d+)?");
  private static final int MOST_LINES = 25;
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir private Path temp;
  private String world;
  private String example;

  @BeforeEach
  void findExamples() throws IOException {
    List<String> examples =
        EXAMPLE.matcher(Files.readString(README)).results().map(m -> m.group(1)).toList();
    assertThat(examples).as("Java examples in the README").hasSize(2);
    world = examples.getFirst();
    example = examples.getLast();
  }

  @Test
  void theExamplesAreShort() {
    assertThat(example.lines().count()).isLessThanOrEqualTo(MOST_LINES);
    assertThat(world.lines().count()).isLessThanOrEqualTo(MOST_LINES);
  }

  @Test
  void theExampleOfAWorldPlaysIt() throws Exception {
    TinyWorld.train(temp.resolve("runs/my-world"));
    compile(Files.writeString(temp.resolve("Play.java"), world));
    assertThat(runProgram("Play").lines())
        .hasSize(TinyWorld.ACTIONS)
        .allMatch(line -> line.endsWith(": " + TinyWorld.FRAME_BYTES + " bytes"));
  }

  @Test
  void theExampleCompilesAndRunsAsAProgram() throws Exception {
    Path source = Files.writeString(temp.resolve("Xor.java"), example);
    compile(source);
    assertPredicts(runProgram("Xor"));
    assertThat(temp.resolve("xor.safetensors")).isNotEmptyFile();
  }

  private String runProgram(String name) throws Exception {
    return run(
        "",
        "java",
        "--add-modules",
        "jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        temp + System.getProperty("path.separator") + CLASS_PATH,
        name);
  }

  @Test
  void theExampleRunsWhenPastedIntoJShell() throws Exception {
    String output =
        run(
            example + "main()\n/exit\n",
            "jshell",
            "-s",
            "--add-modules",
            "jdk.incubator.vector",
            "-R--enable-native-access=ALL-UNNAMED",
            "-J-Djava.util.prefs.userRoot=" + temp,
            "--class-path",
            CLASS_PATH);
    assertPredicts(output);
    assertThat(temp.resolve("xor.safetensors")).isNotEmptyFile();
  }

  private void compile(Path source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of("--release", "25", "-proc:none", "-cp", CLASS_PATH, "-d", temp.toString());
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
      boolean compiled =
          compiler
              .getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      assertThat(compiled).as("compiles; the compiler says: %s", messages).isTrue();
    }
    assertThat(messages.toString()).isEmpty();
  }

  /** Runs a tool of this JDK in the temporary folder and returns what it prints. */
  private String run(String input, String tool, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.addAll(List.of(arguments));
    Path typed = Files.writeString(temp.resolve("input.txt"), input);
    Path printed = temp.resolve("output.txt");
    Path errors = temp.resolve("errors.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(temp.toFile())
            .redirectInput(typed.toFile())
            .redirectOutput(printed.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("%s ends", tool).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue())
        .as("exit of %s, which says: %s", tool, Files.readString(errors))
        .isZero();
    return Files.readString(printed);
  }

  /** The exclusive or of (0, 0), (0, 1), (1, 0) and (1, 1). */
  private static void assertPredicts(String output) {
    double[] numbers =
        NUMBER
            .matcher(output)
            .results()
            .map(MatchResult::group)
            .mapToDouble(Double::parseDouble)
            .toArray();
    assertThat(numbers).as("predictions in: %s", output).hasSize(4);
    assertThat(numbers).containsExactly(new double[] {0, 1, 1, 0}, within(0.05));
  }
}
