package dev.simoom.bench.study;

import dev.simoom.bench.suite.Format;
import dev.simoom.models.lm.Transformer;
import dev.simoom.models.lm.TransformerConfig;
import dev.simoom.nn.Losses;
import dev.simoom.optim.AdEMAMix;
import dev.simoom.optim.Optimizer;
import dev.simoom.optim.OptimizerOptions;
import dev.simoom.optim.ParameterGroup;
import dev.simoom.optim.Schedule;
import dev.simoom.optim.StateFormat;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** The loss of one model under each format of the optimizer's moments. */
final class State {
  private static final TransformerConfig CONFIG = new TransformerConfig(128, 32, 64, 4, 2);
  private static final int BATCH = 16;
  private static final int FOLLOWERS = 4;
  private static final String EXACT = "F32";

  private final int steps;
  private final int seeds;
  private final String only;
  private final Consumer<String> progress;

  /** What one run came to. */
  private record Run(double loss, long bytes, double millis) {}

  /**
   * A study.
   *
   * @param only what the names of formats must contain
   */
  State(int steps, int seeds, String only, Consumer<String> progress) {
    this.steps = steps;
    this.seeds = seeds;
    this.only = only;
    this.progress = progress;
  }

  private Map<String, StateFormat> formats(long seed) {
    Map<String, StateFormat> formats = new LinkedHashMap<>();
    formats.put(EXACT, StateFormat.f32());
    formats.put("m2 in BF16, stochastic", StateFormat.slowBf16(seed));
    formats.put("m2 in BF16, to nearest", new StateFormat.Bfloat16(true, false, seed));
    formats.put("all in BF16, stochastic", StateFormat.bf16(seed));
    formats.put("all in BF16, to nearest", new StateFormat.Bfloat16(false, false, seed));
    formats.put("blocks of 8 bits", StateFormat.blockwise8Bit());
    formats.keySet().removeIf(name -> !name.equals(EXACT) && !name.contains(only));
    return formats;
  }

  Findings measure() {
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    for (int seed = 1; seed <= seeds; seed++) {
      for (Map.Entry<String, StateFormat> format : formats(seed).entrySet()) {
        progress.accept("seed " + seed + ": " + format.getKey());
        runs.computeIfAbsent(format.getKey(), _ -> new ArrayList<>())
            .add(train(format.getValue(), seed));
      }
    }
    Findings findings = new Findings();
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("moments", "state bytes", "loss", "more than F32", "+-", "ms/step"));
    runs.forEach(
        (name, own) -> {
          cells.add(line(name, own, runs.get(EXACT)));
          findings.figures(name + " loss", own.stream().map(Run::loss).toList());
        });
    findings.add(
        "Loss of a language model after %d steps, %d seeds".formatted(steps, seeds),
        cells,
        List.of(),
        "Nats per token, mean over the last tenth of the steps; +- is the standard error of the"
            + " mean difference to F32 with the same seed.");
    return findings;
  }

  private static List<String> line(String name, List<Run> own, List<Run> exact) {
    double[] more = new double[own.size()];
    double mean = 0;
    for (int i = 0; i < more.length; i++) {
      more[i] = own.get(i).loss - exact.get(i).loss;
      mean += more[i] / more.length;
    }
    double squares = 0;
    for (double d : more) {
      squares += (d - mean) * (d - mean);
    }
    double error = Math.sqrt(squares / (more.length - 1) / more.length);
    return List.of(
        name,
        "%,d".formatted(own.getFirst().bytes),
        decimals(own.stream().mapToDouble(Run::loss).average().orElseThrow()),
        decimals(mean),
        decimals(error),
        Format.digits(own.stream().mapToDouble(Run::millis).min().orElseThrow()));
  }

  private static String decimals(double number) {
    return String.format(Locale.ROOT, "%.4f", number);
  }

  private Run train(StateFormat format, int seed) {
    Transformer model = Transformer.create(CONFIG, new RandomStream(seed));
    AdEMAMix rule =
        AdEMAMix.defaults()
            .withLearningRate(Schedule.warmup(steps / 10, Schedule.cosine(2e-3, 1e-4, steps)))
            .withAlpha(8)
            .withRamps(steps)
            .withWeightDecay(0.1);
    OptimizerOptions options = OptimizerOptions.none().withClipNorm(1).withState(format);
    Random random = new Random(seed);
    try (Optimizer optimizer =
            Optimizer.of(rule, ParameterGroup.withDecayMask(model.parameters()), options);
        Program program = Program.of(ids -> step(model, optimizer, ids))) {
      double loss = 0;
      int last = Math.max(1, steps / 10);
      long start = System.nanoTime();
      for (int t = 1; t <= steps; t++) {
        try (Scope _ = Scope.open()) {
          float now = program.run(batch(random)).item();
          loss += t > steps - last ? now / last : 0;
        }
        if (t == last) {
          start = System.nanoTime();
        }
      }
      double millis = (System.nanoTime() - start) * 1e-6 / (steps - last);
      return new Run(loss, optimizer.stateBytes(), millis);
    } finally {
      model.close();
    }
  }

  private static Tensor step(Transformer model, Optimizer optimizer, Tensor ids) {
    long context = CONFIG.context();
    Tensor logits = model.logits(ids.slice(1, 0, context));
    Tensor loss = Losses.crossEntropy(logits, ids.slice(1, 1, context + 1));
    optimizer.minimize(loss);
    return loss;
  }

  /** Sequences in which two tokens make four others likely to follow, at 0.6, 0.2, 0.1, 0.1. */
  private static Tensor batch(Random random) {
    int length = CONFIG.context() + 1;
    int[] ids = new int[BATCH * length];
    for (int i = 0; i < ids.length; i++) {
      int at = i % length;
      if (at < 2) {
        ids[i] = random.nextInt(CONFIG.vocabulary());
        continue;
      }
      int tenth = random.nextInt(10);
      int choice = tenth < 6 ? 0 : tenth < 8 ? 1 : tenth < 9 ? 2 : 3;
      int context = (ids[i - 2] % 16 * CONFIG.vocabulary() + ids[i - 1]) * FOLLOWERS + choice;
      ids[i] = new Random(context * 2654435761L).nextInt(CONFIG.vocabulary());
    }
    return Tensor.ofInts(Shape.of(BATCH, length), ids);
  }
}
