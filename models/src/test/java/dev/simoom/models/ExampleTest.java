package dev.simoom.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example for JBang runs with what its own header says, as JBang would run it. */
final class ExampleTest {
  private static final Path EXAMPLE = Path.of("../examples/Sine.java").toAbsolutePath().normalize();
  private static final Pattern DIRECTIVE = Pattern.compile("(?m)^//([A-Z_]+) (.*)$");
  private static final Pattern ERROR = Pattern.compile("step 400: mean squared error ([0-9.]+)");
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "(?s)<dependency>\\s*<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</artifactId>");

  /** Folders of the modules that examples may name. */
  private static final Map<String, String> MODULES =
      Map.of(
          "simoom-kernels", "kernels/core",
          "simoom-tensor", "tensor",
          "simoom-nn", "nn",
          "simoom-optim", "optim");

  @TempDir private Path temp;

  private static List<String> values(String directive) throws IOException {
    return DIRECTIVE
        .matcher(Files.readString(EXAMPLE))
        .results()
        .filter(match -> match.group(1).equals(directive))
        .map(match -> match.group(2).strip())
        .toList();
  }

  @Test
  void theHeaderNamesThisVersionAndAJdkThatIsNewEnough() throws IOException {
    String pom = Files.readString(Path.of("../pom.xml"));
    String release = pom.replaceAll("(?s).*<maven.compiler.release>(\\d+)<.*", "$1");
    String version = pom.replaceAll("(?s).*?<version>(.*?)<.*", "$1");
    assertThat(values("JAVA")).containsExactly(release + "+");
    assertThat(values("DEPS"))
        .isNotEmpty()
        .allMatch(dependency -> dependency.matches("dev\\.simoom:[a-z-]+:" + version));
    assertThat(Files.isExecutable(EXAMPLE)).isTrue();
  }

  @Test
  void itRunsWithTheModulesAndOptionsOfItsHeader() throws Exception {
    Set<String> classPath = new LinkedHashSet<>();
    for (String dependency : values("DEPS")) {
      addModule(dependency.split(":")[1], classPath);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    values("RUNTIME_OPTIONS").forEach(options -> command.addAll(List.of(options.split(" +"))));
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), EXAMPLE.toString()));
    Path output = temp.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(output);
    assertThat(process.exitValue()).as(said).isZero();
    Matcher error = ERROR.matcher(said);
    assertThat(error.find()).as(said).isTrue();
    assertThat(Double.parseDouble(error.group(1))).isLessThan(0.01);
    assertThat(said.lines()).filteredOn(line -> line.startsWith("WARNING")).hasSize(1);
  }

  /** Adds a module and those that its pom says it needs, as a Maven repository would give them. */
  private static void addModule(String artifact, Set<String> classPath) throws IOException {
    Path folder = Path.of("..", MODULES.get(artifact)).toAbsolutePath().normalize();
    if (classPath.add(folder.resolve("target/classes").toString())) {
      Matcher needed = DEPENDENCY.matcher(Files.readString(folder.resolve("pom.xml")));
      while (needed.find()) {
        if (needed.group(1).equals("dev.simoom")) {
          addModule(needed.group(2), classPath);
        }
      }
    }
  }
}
