package dev.simoom.bench.study;

import dev.simoom.bench.suite.Effort;
import dev.simoom.bench.suite.Format;
import dev.simoom.bench.suite.Statistics;
import dev.simoom.bench.suite.Worker;
import dev.simoom.bench.suite.Workers;
import dev.simoom.bench.work.Growing;
import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Time and memory over size. */
final class Growth {
  private static final double FLAT = 1.2;
  private static final double NO_FASTER = 1;
  private static final String PAIRED =
      "Each size is compared with the others of the same round before medians are taken, so that a"
          + " machine that is slower for a while does not count.";

  private static final String MEMORY =
      "Peak: the most native memory alive at a time in a JVM that holds this size alone, prepares"
          + " and runs it; beside it what was planned: inputs, variables and results by their"
          + " shapes, and the arena of intermediates. What is left is workspace and scratch of the"
          + " kernels.";

  private final int threads;
  private final Effort effort;
  private final Consumer<String> progress;

  Growth(int threads, Effort effort, Consumer<String> progress) {
    this.threads = threads;
    this.effort = effort;
    this.progress = progress;
  }

  void measure(GrowthPart part, List<Integer> sizes, Findings findings) throws IOException {
    switch (part) {
      case MATMUL -> matMul(sizes, findings);
      case ATTENTION -> attention(sizes, findings);
      case SAE -> sae(sizes, findings);
    }
  }

  private void matMul(List<Integer> sizes, Findings findings) throws IOException {
    List<List<Double>> rounds = times(works(Growing.MATMUL, sizes), findings);
    List<Double> nanos = medians(rounds);
    List<List<String>> cells = new ArrayList<>();
    List<Double> operations = new ArrayList<>();
    cells.add(List.of("size", "time", "ps / FLOP", "GFLOP/s"));
    for (int i = 0; i < sizes.size(); i++) {
      operations.add(Growing.MATMUL.of(sizes.get(i)).flops());
      cells.add(
          List.of(
              sizes.get(i).toString(),
              Format.time(nanos.get(i)),
              Format.digits(1000 * nanos.get(i) / operations.get(i)),
              Format.digits(operations.get(i) / nanos.get(i))));
    }
    findings.add(
        title("Products of square matrices"),
        cells,
        List.of(Bar.atMost("time per FLOP, most over least", spread(rounds, operations), FLAT, "")),
        PAIRED);
  }

  private void attention(List<Integer> sizes, Findings findings) throws IOException {
    List<Worker.Ready> memory = memory(Growing.ATTENTION, sizes);
    List<List<Double>> rounds = times(works(Growing.ATTENTION, sizes), findings);
    List<Double> nanos = medians(rounds);
    List<List<String>> cells = new ArrayList<>();
    List<Double> pairs = new ArrayList<>();
    List<Double> perPosition = new ArrayList<>();
    cells.add(
        List.of("T", "time", "ns / T^2", "GFLOP/s", "peak", "B / T", "planned", "not planned"));
    for (int i = 0; i < sizes.size(); i++) {
      int time = sizes.get(i);
      Worker.Ready ready = memory.get(i);
      long planned = Growing.ATTENTION.operandBytes(time) + ready.arena();
      pairs.add((double) time * time);
      perPosition.add((double) ready.peak() / time);
      cells.add(
          List.of(
              Integer.toString(time),
              Format.time(nanos.get(i)),
              Format.digits(nanos.get(i) / pairs.get(i)),
              Format.digits(Growing.ATTENTION.of(time).flops() / nanos.get(i)),
              Format.bytes(ready.peak()),
              Format.digits(perPosition.get(i)),
              Format.bytes(planned),
              Format.bytes(ready.peak() - planned)));
    }
    findings.figures("attention peak bytes", peaks(memory));
    findings.add(
        title("Attention, forward and backward, 4 heads of 64, no mask"),
        cells,
        List.of(
            Bar.atMost("time per T^2, most over least", spread(rounds, pairs), FLAT, ""),
            Bar.atMost("peak memory per T, most over least", spread(perPosition), FLAT, "")),
        PAIRED,
        MEMORY);
  }

  private void sae(List<Integer> sizes, Findings findings) throws IOException {
    List<Worker.Ready> memory = memory(Growing.SAE, sizes);
    List<Work> works = new ArrayList<>(works(Growing.SAE, sizes));
    works.addAll(works(Growing.ENCODER, sizes));
    List<List<Double>> rounds = times(works, findings);
    List<Double> steps = medians(rounds.subList(0, sizes.size()));
    List<Double> products = medians(rounds.subList(sizes.size(), rounds.size()));
    List<List<String>> cells = new ArrayList<>();
    cells.add(
        List.of(
            "latents",
            "step",
            "growth",
            "product",
            "growth",
            "product / step",
            "peak",
            "operands",
            "arena",
            "not planned"));
    for (int i = 0; i < sizes.size(); i++) {
      Worker.Ready ready = memory.get(i);
      long operands = Growing.SAE.operandBytes(sizes.get(i));
      cells.add(
          List.of(
              sizes.get(i).toString(),
              Format.time(steps.get(i)),
              Format.digits(steps.get(i) / steps.getFirst()),
              Format.time(products.get(i)),
              Format.digits(products.get(i) / products.getFirst()),
              Format.percent(products.get(i) / steps.get(i)),
              Format.bytes(ready.peak()),
              Format.bytes(operands),
              Format.bytes(ready.arena()),
              Format.bytes(ready.peak() - operands - ready.arena())));
    }
    findings.figures("SAE peak bytes", peaks(memory));
    int last = sizes.size() - 1;
    double relative =
        growth(
            ratios(rounds.get(0), rounds.get(sizes.size())),
            ratios(rounds.get(last), rounds.get(sizes.size() + last)));
    findings.add(
        title("TopK autoencoder, width 512, k 32, batch 1024: step and encoder's product alone"),
        cells,
        List.of(
            Bar.atMost(
                "growth of the step over that of the product, median of the rounds",
                relative,
                NO_FASTER,
                "")),
        MEMORY);
  }

  private String title(String what) {
    return what + ", " + Format.threads(threads);
  }

  private static List<Work> works(Growing growing, List<Integer> sizes) {
    return sizes.stream().map(growing::of).toList();
  }

  /** The nanoseconds of each work in each round. */
  private List<List<Double>> times(List<Work> works, Findings findings) throws IOException {
    Map<Work, List<Double>> times = Rounds.time(works, threads, effort, progress);
    times.forEach((work, nanos) -> findings.figures(work.name() + " nanos", nanos));
    return List.copyOf(times.values());
  }

  private static List<Double> medians(List<List<Double>> rounds) {
    return rounds.stream().map(Statistics::median).toList();
  }

  /**
   * One size after the other in a JVM that does nothing else. Threads keep their scratch, so that
   * what a size is said to need is never too little.
   */
  private List<Worker.Ready> memory(Growing growing, List<Integer> sizes) throws IOException {
    List<Worker.Ready> all = new ArrayList<>();
    try (Worker worker = Workers.fork(threads)) {
      for (Work work : works(growing, sizes)) {
        progress.accept("memory: " + work);
        all.add(worker.prepare("memory", work));
        worker.release("memory");
      }
    }
    return all;
  }

  private static List<Double> peaks(List<Worker.Ready> memory) {
    return memory.stream().map(ready -> (double) ready.peak()).toList();
  }

  /** The largest over the smallest. */
  static double spread(List<Double> values) {
    double least = values.stream().min(Double::compare).orElseThrow();
    return values.stream().max(Double::compare).orElseThrow() / least;
  }

  /**
   * The largest over the smallest time for each unit of work, where the times of a round are
   * compared with each other first.
   *
   * @param rounds times by size and round
   * @param amounts of work by size
   */
  static double spread(List<List<Double>> rounds, List<Double> amounts) {
    List<List<Double>> relative = new ArrayList<>();
    amounts.forEach(_ -> relative.add(new ArrayList<>()));
    for (int round = 0; round < rounds.getFirst().size(); round++) {
      double sum = 0;
      for (int i = 0; i < amounts.size(); i++) {
        sum += rounds.get(i).get(round) / amounts.get(i);
      }
      for (int i = 0; i < amounts.size(); i++) {
        relative.get(i).add(rounds.get(i).get(round) / amounts.get(i) / sum);
      }
    }
    return spread(medians(relative));
  }

  /** The median over rounds of the last values over the first. */
  static double growth(List<Double> first, List<Double> last) {
    return Statistics.median(ratios(last, first));
  }

  private static List<Double> ratios(List<Double> above, List<Double> below) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < above.size(); i++) {
      ratios.add(above.get(i) / below.get(i));
    }
    return ratios;
  }
}
