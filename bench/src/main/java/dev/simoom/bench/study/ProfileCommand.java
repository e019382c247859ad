package dev.simoom.bench.study;

import dev.simoom.bench.study.Recorded.Launches;
import dev.simoom.bench.suite.Ceilings;
import dev.simoom.bench.suite.Format;
import dev.simoom.bench.suite.Grid;
import dev.simoom.models.cli.Main;
import dev.simoom.models.cli.Subcommand;
import dev.simoom.tensor.Engine;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordingStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simoom profile}: runs another command and tells which kernels its time went to. */
@Command(
    name = "profile",
    header = "Run a command and tell which kernels its time went to.",
    description = {
      "%nRuns a command of Simoom under a flight recording, for example 'simoom profile sae"
          + " --lm-steps 100', then prints a table of its kernels on the processor.%n"
    },
    synopsisHeading = "%nUsage: ",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false)
public final class ProfileCommand implements Subcommand {
  private static final String PROGRAM = "dev.simoom.Program";

  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--kernels",
      paramLabel = "N",
      description = "Show so many kinds of kernels. Default: ${DEFAULT-VALUE}.")
  private int shown = 25;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "The command, and all that belongs to it.")
  private List<String> command = new ArrayList<>();

  private final Map<String, Launches> kernels = new LinkedHashMap<>();
  private long programs;
  private long programNanos;

  /** What follows the command's name is the command's. */
  @Spec
  void setSpec(CommandSpec given) {
    spec = given;
    spec.parser().stopAtPositional(true);
  }

  @Override
  public Integer call() {
    if (shown < 1) {
      throw new ParameterException(spec.commandLine(), "--kernels must be 1 or more, got " + shown);
    }
    int exit;
    long start = System.nanoTime();
    try (RecordingStream stream = new RecordingStream()) {
      stream.enable(Recorded.EVENT);
      stream.enable(PROGRAM);
      stream.onEvent(
          Recorded.EVENT,
          e -> kernels.merge(e.getString("kernel"), Launches.of(e), Launches::plus));
      stream.onEvent(
          PROGRAM,
          e -> {
            programs++;
            programNanos += e.getDuration().toNanos();
          });
      stream.startAsync();
      PrintWriter out = spec.commandLine().getOut();
      PrintWriter err = spec.commandLine().getErr();
      exit = Main.commandLine().setOut(out).setErr(err).execute(command.toArray(String[]::new));
      stream.stop();
    }
    print(System.nanoTime() - start);
    return exit;
  }

  private void print(long nanos) {
    PrintWriter out = spec.commandLine().getOut();
    if (kernels.isEmpty()) {
      out.println("No kernel ran on the processor.");
      out.flush();
      return;
    }
    int threads = Engine.backend().threads();
    Ceilings ceilings = Ceilings.measured(threads);
    double own = kernels.values().stream().mapToDouble(Launches::own).sum();
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("kernel", "launches", "time", "share", "GFLOP/s", "GB/s", "of ceiling"));
    List<Map.Entry<String, Launches>> sorted = new ArrayList<>(kernels.entrySet());
    sorted.sort(Comparator.comparingDouble(e -> -e.getValue().own()));
    for (Map.Entry<String, Launches> e : sorted.subList(0, Math.min(shown, sorted.size()))) {
      cells.add(line(e.getKey(), e.getValue(), own, ceilings, threads));
    }
    if (sorted.size() > shown) {
      Launches rest =
          sorted.subList(shown, sorted.size()).stream()
              .map(Map.Entry::getValue)
              .reduce(Launches.NONE, Launches::plus);
      cells.add(
          List.of(
              sorted.size() - shown + " other kinds",
              Long.toString((long) rest.count()),
              Format.time(rest.own()),
              percent(rest.own() / own)));
    }
    out.println();
    out.print(Grid.of(cells, Set.of(1, 2, 3, 4, 5)));
    out.printf(
        "%nThe command took %s. %,d runs of programs took %s; of these the kernels' own times, on"
            + " %s, are %s.%n",
        Format.time(nanos),
        programs,
        Format.time(programNanos),
        Format.threads(threads),
        percent(own / programNanos));
    out.flush();
  }

  private static List<String> line(
      String name, Launches all, double own, Ceilings ceilings, int threads) {
    Launches one = all.over(all.count());
    Ceilings.Bound bound = ceilings.boundOf(one.operations(), one.traffic(), threads);
    return List.of(
        name,
        Long.toString((long) all.count()),
        Format.time(all.own()),
        percent(all.own() / own),
        all.operations() == 0 ? "" : Format.digits(all.operations() / all.own()),
        Format.digits(all.traffic() / all.own()),
        bound.name().isEmpty() ? "" : percent(bound.nanos() / one.own()) + " " + bound.name());
  }

  private static String percent(double share) {
    return "%.1f %%".formatted(100 * share);
  }
}
