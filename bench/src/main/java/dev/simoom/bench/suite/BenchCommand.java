package dev.simoom.bench.suite;

import dev.simoom.bench.ladder.LadderCommand;
import dev.simoom.bench.study.FreshCommand;
import dev.simoom.bench.study.GrowthCommand;
import dev.simoom.bench.study.StartCommand;
import dev.simoom.bench.study.StateCommand;
import dev.simoom.bench.study.StepCommand;
import dev.simoom.bench.work.DeviceWorks;
import dev.simoom.bench.work.Family;
import dev.simoom.bench.work.Work;
import dev.simoom.bench.work.Works;
import dev.simoom.models.cli.Subcommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simoom bench}: how fast it is, beside what the machine can do and beside PyTorch. */
@Command(
    name = "bench",
    header = "Measure how fast Simoom is on this machine.",
    description = {
      "%nWithout options: the short form, in less than three minutes: for each work its time, what"
          + " share that is of the machine's ceiling as measured in the same run, and what a call"
          + " allocates.%n",
      "With --peers each work is also run by PyTorch, in alternating rounds on the same number of"
          + " threads, once its results were found to be the same.%n"
    },
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nStudies:%n",
    synopsisSubcommandLabel = "[STUDY]",
    subcommands = {
      LadderCommand.class,
      GrowthCommand.class,
      StepCommand.class,
      StartCommand.class,
      FreshCommand.class,
      StateCommand.class,
    },
    sortOptions = false)
public final class BenchCommand implements Subcommand {
  private static final int FAILED = 1;

  @Spec private CommandSpec spec;

  @Option(names = "--peers", description = "Compare with PyTorch; see --python.")
  private boolean peers;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "With --peers only these forms of PyTorch, repeatable: eager, compiled, embedding_bag."
              + " Default: those that are worth it for a work; to compile may take minutes.")
  private Set<String> variants = new LinkedHashSet<>();

  @Option(
      names = "--full",
      description = "All works, three forks, and one thread as well as all processors.")
  private boolean full;

  @Option(
      names = "--family",
      paramLabel = "NAME",
      description = "Only works of this family, repeatable: ${COMPLETION-CANDIDATES}.")
  private List<Family> families = new ArrayList<>();

  @Option(
      names = "--work",
      paramLabel = "REGEX",
      description =
          "Only works whose name contains a match, those of the full form included; repeatable.")
  private List<String> works = new ArrayList<>();

  @Option(names = "--list", description = "Only say which works there are.")
  private boolean list;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the results to this file too.")
  private @Nullable Path json;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Write a page with the table, a roofline and scaling curves to this file.")
  private @Nullable Path report;

  @Option(
      names = "--compare",
      arity = "2",
      paramLabel = "FILE",
      description =
          "Measure nothing; say what is slower or faster in the second of two --json files than in"
              + " the first.")
  private List<Path> compared = new ArrayList<>();

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "Fresh JVMs for each family. Default: 1, with --full 3.")
  private @Nullable Integer forks;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Timed rounds in each fork. Default: 7, with --full 15.")
  private @Nullable Integer rounds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = ",",
      description = "Threads to compute on, several with commas. Default: all processors.")
  private List<Integer> threads = new ArrayList<>();

  @Option(
      names = "--device",
      paramLabel = "N",
      description =
          "Measure on a device that TornadoVM reaches, by its number in 'simoom devices': other"
              + " works, large enough for a GPU, and PyTorch on CUDA.")
  private @Nullable Integer device;

  @Option(
      names = "--python",
      paramLabel = "PATH",
      description =
          "A Python that has PyTorch. Default: the environment's SIMOOM_PYTHON, then python3.")
  private @Nullable String python;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the order of rounds. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (!compared.isEmpty()) {
      require(compared.size() == 2, "--compare takes two files, got " + compared.size());
      Results before = Results.read(compared.getFirst());
      out.print(new Comparison(before, Results.read(compared.getLast())).text());
      out.flush();
      return 0;
    }
    List<Work> chosen = chosen();
    if (list) {
      chosen.forEach(work -> out.println(work.family().label() + "\t" + work));
      out.flush();
      return 0;
    }
    requireFolder("--json", json);
    requireFolder("--report", report);
    try (Workers workers = new Workers(interpreter())) {
      Results results =
          new Suite(effort(), workers, peers(), seed, this::progress).run(chosen, places());
      out.println();
      out.print(Table.of(results));
      if (json != null) {
        results.write(json);
      }
      if (report != null) {
        Files.writeString(report, ReportPage.of(results));
      }
      out.flush();
      return results.failures().isEmpty() ? 0 : FAILED;
    }
  }

  private List<Work> chosen() {
    List<Pattern> patterns = works.stream().map(this::pattern).toList();
    List<Work> chosen =
        (device == null ? Works.all() : DeviceWorks.all())
            .stream()
                .filter(w -> full || device != null || w.brief() || !patterns.isEmpty() || list)
                .filter(w -> w.family() == Family.CEILING || matches(w, patterns))
                .toList();
    require(
        chosen.stream().anyMatch(w -> w.family() != Family.CEILING)
            || families.contains(Family.CEILING),
        "no work is called so; --list shows all");
    return chosen;
  }

  private boolean matches(Work work, List<Pattern> patterns) {
    return (families.isEmpty() || families.contains(work.family()))
        && (patterns.isEmpty() || patterns.stream().anyMatch(p -> p.matcher(work.name()).find()));
  }

  private Pattern pattern(String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new ParameterException(
          spec.commandLine(), "--work: " + regex + " is no regular expression", e);
    }
  }

  private Effort effort() {
    Effort effort = full ? Effort.full() : Effort.brief();
    require(forks == null || forks >= 1, "--forks must be 1 or more, got " + forks);
    require(rounds == null || rounds >= 1, "--rounds must be 1 or more, got " + rounds);
    effort = forks == null ? effort : effort.withForks(forks);
    return rounds == null ? effort : effort.withRounds(rounds);
  }

  private Set<String> peers() {
    Set<String> known = new LinkedHashSet<>(Work.VARIANTS);
    variants.forEach(v -> require(known.contains(v), "--variant must be one of " + known));
    require(peers || variants.isEmpty(), "--variant is for --peers");
    if (!variants.isEmpty()) {
      known.retainAll(variants);
    }
    return peers ? known : Set.of();
  }

  private List<Place> places() {
    if (device == null) {
      return threadCounts().stream().map(Place::processor).toList();
    }
    require(threads.isEmpty(), "--threads is for the processor, without --device");
    return List.of(Place.device(device));
  }

  private List<Integer> threadCounts() {
    int all = Runtime.getRuntime().availableProcessors();
    if (threads.isEmpty()) {
      return full && all > 1 ? List.of(1, all) : List.of(all);
    }
    threads.forEach(n -> require(n >= 1, "--threads must be 1 or more, got " + n));
    return threads;
  }

  private void requireFolder(String option, @Nullable Path file) {
    Path folder = file == null ? null : file.toAbsolutePath().getParent();
    require(folder == null || Files.isDirectory(folder), option + ": there is no folder " + folder);
  }

  private String interpreter() {
    return Stream.of(
            Optional.ofNullable(python), Optional.ofNullable(System.getenv("SIMOOM_PYTHON")))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse("python3");
  }

  private void progress(String what) {
    output.progress(spec, what);
  }

  private void require(boolean right, String complaint) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), complaint);
    }
  }
}
