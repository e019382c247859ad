package dev.simoom.models.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the launcher in a copy of the tree's skeleton, with a Maven and JDKs that only say how they
 * were called.
 */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
  private static final List<String> MODULES =
      List.of(
          "kernels/core",
          "kernels/tornado",
          "kernels/tornado-emulator",
          "tensor",
          "nn",
          "optim",
          "models",
          "bench");

  @TempDir private Path temp;
  private Path root;
  private Path bin;

  private record Outcome(int exit, String output) {}

  @BeforeEach
  void layOut() throws IOException {
    root = Files.createDirectories(temp.resolve("a tree"));
    bin = Files.createDirectories(temp.resolve("bin"));
    // No JDK of this machine may be found: every absolute folder of the list moves under temp.
    String launcher = Files.readString(Path.of("../simoom"));
    for (String folder : List.of("/usr/lib/jvm/", "/Library/", "/opt/", "/usr/java/")) {
      launcher = launcher.replace(" " + folder, " " + temp + folder);
    }
    script(root.resolve("simoom"), launcher);
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    for (String module : MODULES) {
      Files.createDirectories(root.resolve(module + "/src/main/java"));
      Files.writeString(root.resolve(module + "/pom.xml"), "<project/>");
    }
    String outputs = String.join(" ", MODULES.stream().map(m -> m + "/target/classes").toList());
    script(
        bin.resolve("mvn"),
        "#!/bin/sh\necho run >>'%1$s/builds'; cd '%1$s' && mkdir -p %2$s\n"
            .formatted(root, outputs));
  }

  @Test
  void buildsOnceAndRunsFromAnyFolderThroughALink() throws Exception {
    Path jdk = jdk("home/jdk", "25.0.1");
    Path link = Files.createSymbolicLink(bin.resolve("sm"), root.resolve("simoom"));
    Map<String, String> environment = Map.of("JAVA_HOME", jdk.toString());

    Outcome first = run(environment, link.toString(), "sae", "--out", "two words");
    assertThat(first.exit()).isZero();
    assertThat(first.output())
        .contains("Building Simoom (first use) ...")
        .contains("<-cp>\n<" + root.toRealPath() + "/bench/target/classes:")
        .endsWith("<dev.simoom.models.cli.Main>\n<sae>\n<--out>\n<two words>\n");

    Outcome second = run(environment, link.toString(), "sae");
    assertThat(second.exit()).isZero();
    assertThat(second.output()).doesNotContain("Building");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void buildsAgainWhenASourceChanged() throws Exception {
    Map<String, String> environment = Map.of("JAVA_HOME", jdk("home/jdk", "26").toString());
    run(environment, root + "/simoom");
    Path source = Files.writeString(root.resolve("nn/src/main/java/A.java"), "final class A {}");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));

    assertThat(run(environment, root + "/simoom").output()).contains("(sources changed)");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void passesOverAnOldJavaHomeForAJdkInTheUsualFolders() throws Exception {
    Path old = jdk("home/old", "17.0.15");
    Path right = jdk("usr/lib/jvm/right", "25");
    jdk("usr/lib/jvm/ancient", "1.8.0_402");

    Outcome outcome = run(Map.of("JAVA_HOME", old.toString()), root + "/simoom");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.output()).contains("<java at " + right + ">");
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    Outcome noJdk = run(Map.of(), root + "/simoom");
    assertThat(noJdk.exit()).isEqualTo(1);
    assertThat(noJdk.output()).contains("found no JDK 25 or newer").contains("adoptium.net");

    Map<String, String> environment = Map.of("JAVA_HOME", jdk("home/jdk", "25").toString());
    Files.delete(bin.resolve("mvn"));
    Outcome noMaven = run(environment, root + "/simoom");
    assertThat(noMaven.exit()).isEqualTo(1);
    assertThat(noMaven.output()).contains("no mvn on PATH");
  }

  @Test
  void showsTheOutputOfAFailedBuildAndTriesAgainTheNextTime() throws Exception {
    Map<String, String> environment = Map.of("JAVA_HOME", jdk("home/jdk", "25").toString());
    script(bin.resolve("mvn"), "#!/bin/sh\necho the compiler is not pleased\nexit 1\n");

    for (int attempt = 0; attempt < 2; attempt++) {
      Outcome outcome = run(environment, root + "/simoom");
      assertThat(outcome.exit()).isEqualTo(1);
      assertThat(outcome.output()).contains("the compiler is not pleased", "the build failed");
    }
  }

  @Test
  void aLockLeftByAProcessThatIsGoneDoesNotCount() throws Exception {
    Map<String, String> environment = Map.of("JAVA_HOME", jdk("home/jdk", "25").toString());
    Process gone = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
    gone.waitFor();
    Path lock = Files.createDirectories(root.resolve("target/launcher.lock"));
    Files.writeString(lock.resolve("pid"), gone.pid() + "\n");

    assertThat(run(environment, root + "/simoom").exit()).isZero();
    assertThat(lock).doesNotExist();
  }

  @Test
  void handsJavaOptsToTheJvmUnexpanded() throws Exception {
    Path jdk = jdk("home/jdk", "25");
    Map<String, String> environment =
        Map.of("JAVA_HOME", jdk.toString(), "JAVA_OPTS", "-Xmx2g -Dpattern=*");

    assertThat(run(environment, root + "/simoom").output()).contains("<-Xmx2g>\n<-Dpattern=*>\n");
  }

  /** A JDK whose java prints where it lies and its arguments, one a line. */
  private Path jdk(String folder, String version) throws IOException {
    Path home = temp.resolve(folder);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(home.resolve("bin/java"), "#!/bin/sh\nprintf '<%s>\\n' 'java at " + home + "' \"$@\"\n");
    script(home.resolve("bin/javac"), "#!/bin/sh\nexit 1\n");
    return home;
  }

  private Outcome run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(temp.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("HOME", temp.resolve("nobody").toString());
    builder.environment().put("PATH", bin + ":" + tools());
    Path log = temp.resolve("output");
    Process process = builder.redirectOutput(log.toFile()).start();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ends within 30 s").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Outcome(process.exitValue(), Files.readString(log, UTF_8));
  }

  /** A folder with the few tools that the launcher uses and neither a java nor a mvn. */
  private Path tools() throws IOException {
    Path tools = temp.resolve("tools");
    if (!Files.exists(tools)) {
      Files.createDirectories(tools);
      for (String tool :
          List.of("cat", "dirname", "find", "head", "mkdir", "mv", "readlink", "rm", "sed")) {
        Path usual = Path.of("/usr/bin", tool);
        Path real = Files.exists(usual) ? usual : Path.of("/bin", tool);
        script(tools.resolve(tool), "#!/bin/sh\nexec %s \"$@\"\n".formatted(real));
      }
    }
    return tools;
  }

  private int builds() throws IOException {
    return Files.readAllLines(root.resolve("builds")).size();
  }

  private static void script(Path file, String content) throws IOException {
    Files.writeString(file, content);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
