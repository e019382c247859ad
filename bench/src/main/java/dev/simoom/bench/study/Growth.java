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
  private static final String MEMORY =
      "Memory: the most native memory alive at a time in a fresh JVM that prepares and runs the"
          + " work; beside it what was planned: inputs, variables and results by their shapes, and"
          + " the arena of intermediates. What is left is workspace and scratch of the kernels.";

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
    List<Double> nanos = times(works(Growing.MATMUL, sizes), findings);
    List<List<String>> cells = new ArrayList<>();
    List<Double> perOperation = new ArrayList<>();
    cells.add(List.of("size", "time", "ps / FLOP", "GFLOP/s"));
    for (int i = 0; i < sizes.size(); i++) {
      double operations = Growing.MATMUL.of(sizes.get(i)).flops();
      perOperation.add(1000 * nanos.get(i) / operations);
      cells.add(
          List.of(
              sizes.get(i).toString(),
              Format.time(nanos.get(i)),
              Format.digits(perOperation.get(i)),
              Format.digits(operations / nanos.get(i))));
    }
    findings.add(
        title("Products of square matrices"),
        cells,
        List.of(Bar.atMost("time per FLOP, most over least", spread(perOperation), FLAT, "")));
  }

  private void attention(List<Integer> sizes, Findings findings) throws IOException {
    List<Worker.Ready> memory = memory(Growing.ATTENTION, sizes);
    List<Double> nanos = times(works(Growing.ATTENTION, sizes), findings);
    List<List<String>> cells = new ArrayList<>();
    List<Double> perPair = new ArrayList<>();
    List<Double> perPosition = new ArrayList<>();
    cells.add(
        List.of("T", "time", "ns / T^2", "GFLOP/s", "peak", "B / T", "planned", "not planned"));
    for (int i = 0; i < sizes.size(); i++) {
      int time = sizes.get(i);
      Worker.Ready ready = memory.get(i);
      long planned = Growing.ATTENTION.operandBytes(time) + ready.arena();
      perPair.add(nanos.get(i) / time / time);
      perPosition.add((double) ready.peak() / time);
      cells.add(
          List.of(
              Integer.toString(time),
              Format.time(nanos.get(i)),
              Format.digits(perPair.get(i)),
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
            Bar.atMost("time per T^2, most over least", spread(perPair), FLAT, ""),
            Bar.atMost("peak memory per T, most over least", spread(perPosition), FLAT, "")),
        MEMORY);
  }

  private void sae(List<Integer> sizes, Findings findings) throws IOException {
    List<Worker.Ready> memory = memory(Growing.SAE, sizes);
    List<Work> works = new ArrayList<>(works(Growing.SAE, sizes));
    works.addAll(works(Growing.ENCODER, sizes));
    List<Double> nanos = times(works, findings);
    List<Double> steps = nanos.subList(0, sizes.size());
    List<Double> products = nanos.subList(sizes.size(), nanos.size());
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
    double relative = growth(steps) / growth(products);
    findings.add(
        title("TopK autoencoder, width 512, k 32, batch 1024: step and encoder's product alone"),
        cells,
        List.of(Bar.atMost("growth of the step over that of the product", relative, NO_FASTER, "")),
        MEMORY);
  }

  private String title(String what) {
    return "%s, %d thread%s".formatted(what, threads, threads == 1 ? "" : "s");
  }

  private static List<Work> works(Growing growing, List<Integer> sizes) {
    return sizes.stream().map(growing::of).toList();
  }

  /** The median of each work. */
  private List<Double> times(List<Work> works, Findings findings) throws IOException {
    Map<Work, List<Double>> times = Rounds.time(works, threads, effort, progress);
    times.forEach((work, nanos) -> findings.figures(work.name() + " nanos", nanos));
    return times.values().stream().map(Statistics::median).toList();
  }

  /** Each size in a JVM of its own, so that nothing is left over from another. */
  private List<Worker.Ready> memory(Growing growing, List<Integer> sizes) throws IOException {
    List<Worker.Ready> all = new ArrayList<>();
    for (Work work : works(growing, sizes)) {
      progress.accept("memory: " + work);
      try (Worker worker = Workers.fork(threads)) {
        all.add(worker.prepare("memory", work));
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

  /** The last over the first. */
  static double growth(List<Double> values) {
    return values.getLast() / values.getFirst();
  }
}
