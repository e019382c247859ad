package dev.simoom.bench.suite;

import dev.simoom.bench.work.Family;
import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Measures works: in each fork a fresh JVM for each family, beside one peer. */
final class Suite {
  private static final String HOW_TO_GET_THE_PEER =
      "no PyTorch (%s). To get it: python3 -m venv venv && venv/bin/pip install torch;"
          + " then --python venv/bin/python";

  private final Effort effort;
  private final Workers workers;
  private final Set<String> variants;
  private final long seed;
  private final Consumer<String> progress;
  private String peer = "not asked for (--peers)";
  private String device = "";
  private final Map<String, String> failures = new LinkedHashMap<>();

  /**
   * A suite.
   *
   * @param variants of PyTorch to compare with; if there are none, with no other library either
   * @param seed of the order of rounds
   * @param progress is told what is being measured
   */
  Suite(
      Effort effort, Workers workers, Set<String> variants, long seed, Consumer<String> progress) {
    this.effort = effort;
    this.workers = workers;
    this.variants = Set.copyOf(variants);
    this.seed = seed;
    this.progress = progress;
  }

  /** Measures works in each place. */
  Results run(List<Work> works, List<Place> places) throws IOException {
    double load = Surroundings.load();
    Ceilings ceilings = new Ceilings();
    List<Row> rows = new ArrayList<>();
    for (Place place : places) {
      Map<Work, List<ForkResult>> results = new LinkedHashMap<>();
      works.forEach(work -> results.put(work, new ArrayList<>()));
      for (int fork = 1; fork <= effort.forks(); fork++) {
        runFork(results, place, fork);
      }
      rows.addAll(rows(results, place.threads(), ceilings));
    }
    return new Results(Surroundings.conditions(effort, peer, load).on(device), rows, failures);
  }

  private static List<Row> rows(
      Map<Work, List<ForkResult>> results, int threads, Ceilings ceilings) {
    List<Row> rows = new ArrayList<>();
    results.forEach(
        (work, forks) -> {
          if (forks.isEmpty()) {
            return;
          }
          Row row = Rows.of(work, threads, forks, ceilings.boundOf(work, threads));
          rows.add(row);
          if (work.family() == Family.CEILING) {
            ceilings.add(row);
          }
        });
    return rows;
  }

  private void runFork(Map<Work, List<ForkResult>> results, Place place, int fork)
      throws IOException {
    List<Opponent> opponents = new ArrayList<>();
    try {
      startOpponents(opponents, place);
      for (Family family : Family.values()) {
        List<Work> members = results.keySet().stream().filter(w -> w.family() == family).toList();
        if (members.isEmpty()) {
          continue;
        }
        try (Worker ours = Workers.fork()) {
          device = ours.hello(place).details();
          Contest contest = new Contest(effort, ours, opponents, seed + fork);
          for (Work work : members) {
            progress.accept("%s, fork %d of %d: %s".formatted(place, fork, effort.forks(), work));
            measure(contest, work, results.get(work));
          }
        }
      }
    } finally {
      opponents.forEach(Opponent::close);
    }
  }

  private void measure(Contest contest, Work work, List<ForkResult> results) throws IOException {
    try {
      ForkResult result = contest.measure(work);
      results.add(result);
      progress.accept("  " + result.brief());
    } catch (WorkerException e) {
      failures.put(work.name(), e.getMessage());
      progress.accept("  failed: " + e.getMessage());
    }
  }

  private void startOpponents(List<Opponent> opponents, Place place) {
    if (variants.isEmpty()) {
      return;
    }
    try {
      Opponent python =
          new Opponent(
              workers.peer(place.threads()),
              work -> work.peers().stream().filter(variants::contains).toList());
      Worker.Greeting greeting = greet(python, place);
      opponents.add(python);
      peer = "%s %s (%s)".formatted(greeting.name(), greeting.version(), greeting.details());
    } catch (IOException e) {
      peer = HOW_TO_GET_THE_PEER.formatted(e.getMessage());
    }
    try {
      Optional<Worker> worker = place.device().isPresent() ? Optional.empty() : workers.jvmPeers();
      if (worker.isPresent()) {
        List<String> names = new ArrayList<>();
        Opponent jvm = new Opponent(worker.get(), _ -> names);
        names.addAll(List.of(greet(jvm, place).details().split(",")));
        opponents.add(jvm);
        peer = peer + "; in the JVM: " + String.join(", ", names);
      }
    } catch (IOException e) {
      peer = peer + "; in the JVM: none (" + e.getMessage() + ")";
    }
  }

  private static Worker.Greeting greet(Opponent opponent, Place place) throws IOException {
    try {
      return opponent.worker().hello(place);
    } catch (IOException e) {
      opponent.close();
      throw e;
    }
  }
}
