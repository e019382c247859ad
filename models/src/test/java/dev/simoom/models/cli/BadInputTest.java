package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.models.job.SaeJob;
import dev.simoom.models.job.SaeJobConfig;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of bad input ends with one line that says what is wrong, the exit code for it, and
 * everything that was there as it was. {@link FailedRunTest} has what the machine may lack.
 */
class BadInputTest {
  private static final int LEAST_KINDS = 60;

  @TempDir static Path right;
  @TempDir Path folder;

  static List<BadInput> rows() {
    return Stream.of(BadOptions.rows(), BadSources.rows(), BadActivations.rows(), BadRuns.rows())
        .flatMap(List::stream)
        .toList();
  }

  @BeforeAll
  static void makeWhatIsRight() throws IOException {
    Path text = Cli.text(right.resolve("text"));
    run(Cli.onText(text, right.resolve("run")));
    run(new Desk(right, right).onText(text, "--width=32", "--out=" + right.resolve("wide")));
    Desk desk = new Desk(Files.createDirectories(right.resolve("made")), right);
    Path rows = desk.rows(60, values -> values);
    run(desk.onActivations(rows, "--out=" + right.resolve("on-activations")));
    for (String run : List.of("run", "wide")) {
      stop(right.resolve(run), right.resolve(run + "-stopped"));
    }
  }

  private static void run(String... arguments) {
    Cli.Outcome outcome = Cli.run(arguments);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
  }

  /** The same run, stopped after two steps. */
  private static void stop(Path run, Path stopped) throws IOException {
    SaeJobConfig config = RunDirectory.readJson(run.resolve("config.json"), SaeJobConfig.class);
    AtomicInteger asked = new AtomicInteger();
    Interruption afterTwo = Interruption.when(() -> asked.incrementAndGet() > 2);
    Progress silent = new Progress(System.err, true, false);
    assertThat(SaeJob.start(config, stopped, silent, afterTwo, 1)).isFalse();
  }

  @Test
  void theTableHasEachKindOnceAndEnoughOfThem() {
    List<String> kinds = rows().stream().map(BadInput::kind).toList();
    assertThat(kinds).hasSizeGreaterThanOrEqualTo(LEAST_KINDS);
    Set<String> met = new HashSet<>();
    assertThat(kinds.stream().filter(kind -> !met.add(kind))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void isRefusedInOneLineAndLosesNothing(BadInput input) throws Exception {
    Desk desk = new Desk(folder, right);
    String[] arguments = input.command().arguments(desk);
    Map<Path, String> before = desk.contents();
    Cli.Outcome outcome = Cli.run(arguments);
    assertThat(outcome.err().lines())
        .singleElement()
        .asString()
        .startsWith("simoom")
        .contains(input.words())
        .doesNotContain("Exception", Failures.VERBOSE, "dev.simoom", "null")
        .hasSizeLessThan(700);
    assertThat(outcome.exit()).isEqualTo(input.exit());
    assertThat(outcome.out()).isEmpty();
    if (input.exit() == 2) {
      assertThat(outcome.err()).contains("; see 'simoom ").endsWith(" --help'" + newLine());
      assertThat(desk.contents()).isEqualTo(before);
    } else {
      Map<Path, String> after = desk.contents();
      assertThat(before.keySet().stream().collect(Collectors.toMap(f -> f, f -> after.get(f))))
          .isEqualTo(before);
    }
  }

  private static String newLine() {
    return System.lineSeparator();
  }
}
