package dev.simoom.optim;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.HostValues;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Updates parameters by a rule, with learning-rate schedules, weight decay, clipping of gradients
 * by value and by their global norm, accumulation of gradients and an average of the weights.
 *
 * <pre>{@code
 * Optimizer optimizer = Optimizer.of(AdEMAMix.defaults(), model.parameters());
 * Program train = Program.of((x, y) -> {
 *   Tensor loss = model.loss(x, y);
 *   optimizer.minimize(loss);
 *   return loss;
 * });
 * }</pre>
 *
 * <p>{@link #minimize} and {@link #step} work in eager code and in a traced program, with the same
 * bits. The step counter is the host's: it advances with each call in eager code, with each run of
 * a program, and what depends on it is computed in double and handed to the program as single
 * floats. Make the optimizer before the first trace, since it moves each group's parameters
 * together.
 *
 * <p>A batch that does not fit in memory is cut into micro-batches of one size. With {@link
 * OptimizerOptions#withAccumulation} one program adds up their gradients, and another makes one
 * update by the mean:
 *
 * <pre>{@code
 * Program add = Program.of((x, y) -> {
 *   Tensor loss = model.loss(x, y);
 *   optimizer.accumulate(loss);
 *   return loss;
 * });
 * Program update = Program.ofMany(none -> {
 *   optimizer.step();
 *   return List.of();
 * });
 * }</pre>
 */
public final class Optimizer implements AutoCloseable {
  private final UpdateRule rule;
  private final OptimizerOptions options;
  private final List<GroupState> groups;
  private final Clipping clipping;
  private final Variable updateNorm;
  private final Counters counters;
  private final MicroBatches microBatches = new MicroBatches();
  private boolean open = true;

  /** Numbers of updates: in all, before the present rule, and that the average has seen. */
  static final class Counters {
    long step;
    long rampStart;
    long averaged;
  }

  private Optimizer(
      UpdateRule rule, OptimizerOptions options, List<GroupState> groups, Counters counters) {
    this.rule = rule;
    this.options = options;
    this.groups = groups;
    this.counters = counters;
    this.clipping = new Clipping(options);
    this.updateNorm = Variable.zeros("update_norm", Shape.SCALAR, DType.F32);
  }

  /** An optimizer of one group, without clipping or averaging. */
  public static Optimizer of(UpdateRule rule, Map<String, Variable> parameters) {
    return of(rule, List.of(ParameterGroup.of("parameters", parameters)));
  }

  /** An optimizer of groups, without clipping or averaging. */
  public static Optimizer of(UpdateRule rule, List<ParameterGroup> groups) {
    return of(rule, groups, OptimizerOptions.none());
  }

  /**
   * An optimizer of groups.
   *
   * @throws IllegalArgumentException if two parameters have one name, or one parameter is there
   *     twice
   * @throws IllegalStateException if a traced program already uses one of several parameters in a
   *     group, or one whose moments are to be kept in blocks
   */
  public static Optimizer of(
      UpdateRule rule, List<ParameterGroup> groups, OptimizerOptions options) {
    checkDistinct(groups);
    return new Optimizer(rule, options, GroupState.of(groups, rule, options), new Counters());
  }

  private static void checkDistinct(List<ParameterGroup> groups) {
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("an optimizer needs at least one group of parameters");
    }
    Set<Object> seen = new HashSet<>();
    for (ParameterGroup group : groups) {
      group
          .parameters()
          .forEach(
              (name, parameter) -> {
                if (!seen.add(name) || !seen.add(parameter)) {
                  throw new IllegalArgumentException(
                      "parameter '" + name + "' is given to the optimizer twice");
                }
              });
    }
  }

  // ---------------------------------------------------------------- stepping

  /**
   * One update by the gradients of a loss.
   *
   * @param loss one F32 number that was computed from the parameters
   * @throws IllegalStateException if accumulated gradients wait for {@link #step()}
   */
  public void minimize(Tensor loss) {
    step(Gradients.of(loss, parameters()));
  }

  /**
   * One update by given gradients.
   *
   * @param gradients one for each of {@link #parameters}, in their order and of their shapes
   * @throws IllegalStateException if accumulated gradients wait for {@link #step()}
   */
  public void step(List<Tensor> gradients) {
    checkOpen();
    Gradients.check("step", parameters(), gradients);
    try (Scope _ = Scope.open()) {
      update(Gradients.gather(groups, gradients));
    }
  }

  /**
   * Adds the gradients of a micro-batch's loss to those accumulated since the last update.
   *
   * @param loss one F32 number that was computed from the parameters, a mean over the micro-batch
   * @throws IllegalStateException if the options do not ask for accumulation
   */
  public void accumulate(Tensor loss) {
    accumulate(Gradients.of(loss, parameters()));
  }

  /**
   * Adds gradients to those accumulated since the last update.
   *
   * @param gradients as {@link #step(List)} takes them
   * @throws IllegalStateException if the options do not ask for accumulation
   */
  public void accumulate(List<Tensor> gradients) {
    checkAccumulates("accumulate");
    Gradients.check("accumulate", parameters(), gradients);
    try (Scope _ = Scope.open()) {
      Tensor first = microBatches.countOne();
      List<Tensor> gathered = Gradients.gather(groups, gradients);
      for (int i = 0; i < groups.size(); i++) {
        groups.get(i).accumulate(gathered.get(i), first);
      }
    }
  }

  /**
   * One update by the mean of the accumulated gradients, which are then forgotten. Transforms of
   * groups and clipping see the mean.
   *
   * @throws IllegalStateException if none are accumulated, when the update is made
   */
  public void step() {
    checkAccumulates("step");
    try (Scope _ = Scope.open()) {
      Tensor share = microBatches.take();
      update(groups.stream().map(g -> g.accumulated().mul(share)).toList());
    }
  }

  private void update(List<Tensor> gathered) {
    SequencedMap<String, Double> names = rule.coefficients(1, 1);
    Shape shape = Shape.of(names.size() + groups.size());
    Tensor numbers = HostValues.of("optimizer step", shape, this::advance);
    Map<String, Tensor> coefficients = new LinkedHashMap<>();
    for (String name : names.sequencedKeySet()) {
      coefficients.put(name, numbers.select(0, coefficients.size()));
    }
    List<Tensor> gradients = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      gradients.add(groups.get(i).transformed(gathered.get(i)));
    }
    List<Tensor> clipped = clipping.apply(gradients);
    List<Tensor> changes = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      Tensor rate = numbers.select(0, names.size() + i);
      changes.add(
          groups.get(i).update(rule, clipped.get(i), coefficients, rate, options.average()));
    }
    if (options.measureNorms()) {
      updateNorm.assign(Clipping.norm(changes));
    }
  }

  /** Counts one more update and works out what depends on the count. */
  private void advance(float[] numbers) {
    microBatches.checkNone("step", "step() updates by their mean");
    counters.step++;
    counters.averaged++;
    int at = 0;
    for (double number : rule.coefficients(counters.step, rampStep()).values()) {
      numbers[at++] = (float) number;
    }
    for (GroupState group : groups) {
      numbers[at++] = (float) group.group().rateAt(counters.step, rule);
    }
  }

  private void checkAccumulates(String call) {
    checkOpen();
    if (!options.accumulates()) {
      throw new IllegalStateException(
          call
              + ": this optimizer accumulates no gradients; OptimizerOptions.withAccumulation"
              + " does");
    }
  }

  private void checkOpen() {
    if (!open) {
      throw new IllegalStateException(
          "this optimizer of %s was closed, or its rule was switched; use the one that switching gave"
              .formatted(parameters().keySet()));
    }
  }

  // ---------------------------------------------------------------- asking

  /**
   * All parameters by name, group by group; of a group whose moments are kept in blocks, those too
   * small for it come last.
   */
  public SequencedMap<String, Variable> parameters() {
    SequencedMap<String, Variable> all = new LinkedHashMap<>();
    groups.forEach(g -> all.putAll(g.group().parameters()));
    return all;
  }

  /** The rule. */
  public UpdateRule rule() {
    return rule;
  }

  /** Bytes that moments and average take. */
  public long stateBytes() {
    return groups.stream().mapToLong(GroupState::bytes).sum();
  }

  /** Number of updates made. */
  public long stepCount() {
    return counters.step;
  }

  /** Number of micro-batches that are accumulated since the last update. */
  public long microBatches() {
    return microBatches.count();
  }

  /** Number of updates made under the present rule, which its ramps count. */
  public long rampStep() {
    return counters.step - counters.rampStart;
  }

  /**
   * Figures of the last update for a log: the rule's coefficients, such as {@code alpha} and {@code
   * beta3_complement}; {@code learning_rate}, with the group's name behind a dot where there are
   * several; {@code gradient_norm}, after clipping by value and before clipping by norm, and {@code
   * update_norm}, where the options ask for them. Empty before the first update.
   */
  public SequencedMap<String, Double> diagnostics() {
    SequencedMap<String, Double> figures = new LinkedHashMap<>();
    if (counters.step == 0) {
      return figures;
    }
    figures.putAll(rule.coefficients(counters.step, rampStep()));
    boolean several = groups.stream().map(g -> g.group().name()).distinct().count() > 1;
    for (GroupState state : groups) {
      ParameterGroup group = state.group();
      String key = several ? "learning_rate." + group.name() : "learning_rate";
      figures.put(key, group.rateAt(counters.step, rule));
    }
    clipping.report(figures);
    if (options.measureNorms()) {
      figures.put("update_norm", (double) updateNorm.value().item());
    }
    return figures;
  }

  // ---------------------------------------------------------------- the average

  /**
   * The averaged parameters by name, F32, in memory of their own; the parameters themselves before
   * the first update.
   *
   * @throws IllegalStateException if none is kept
   */
  public Map<String, Tensor> averages() {
    double correction = averageCorrection();
    Map<String, Tensor> all = new LinkedHashMap<>();
    if (counters.averaged == 0) {
      parameters().forEach((name, p) -> all.put(name, p.value().cast(DType.F32).copy()));
      return all;
    }
    groups.forEach(g -> all.putAll(g.split(g.averaged(correction))));
    return all;
  }

  /**
   * Runs something, an evaluation for example, while the averages are in the place of the
   * parameters. Not to be called in a trace.
   *
   * @throws IllegalStateException if no average is kept
   */
  public void withAverages(Runnable work) {
    double correction = averageCorrection();
    if (counters.averaged == 0) {
      work.run();
      return;
    }
    try (Arena arena = Arena.ofShared()) {
      List<MemorySegment> own = groups.stream().map(g -> g.snapshot(arena)).toList();
      try {
        try (Scope _ = Scope.open()) {
          groups.forEach(g -> g.assign(g.averaged(correction)));
        }
        work.run();
      } finally {
        for (int i = 0; i < own.size(); i++) {
          groups.get(i).restore(own.get(i));
        }
      }
    }
  }

  private double averageCorrection() {
    checkOpen();
    WeightAverage average =
        options
            .average()
            .orElseThrow(
                () -> new IllegalStateException("this optimizer keeps no average of the weights"));
    return average.debiased()
        ? UpdateRule.biasCorrection(average.decay(), Math.max(1, counters.averaged))
        : 1;
  }

  // ---------------------------------------------------------------- changing over

  /**
   * The same parameters under another rule. Moments that both rules keep, by name, go over with the
   * step counter, the others start at zero, and the new rule's ramps start now. So AdEMAMix takes
   * over from AdamW as its paper does in section 3: with m1, nu and the step of AdamW, and m2 at
   * zero. This optimizer must not be used any more, nor programs that were traced with it.
   *
   * @throws IllegalArgumentException if the new rule divides by the root of a second moment that
   *     the present one, say {@link Sgd} or {@link Lion}, has not kept: from zero it would be too
   *     small by far at a step whose correction is over
   */
  public Optimizer switchTo(UpdateRule next) {
    checkOpen();
    microBatches.checkNone("switchTo", "switch after their update");
    if (counters.step > 0
        && next.moments().contains(SecondMoment.NAME)
        && !rule.moments().contains(SecondMoment.NAME)) {
      throw new IllegalArgumentException(
          "switchTo: %s needs the second moment, which %s has not kept in %d steps"
              .formatted(name(next), name(rule), counters.step));
    }
    List<GroupState> states = groups.stream().map(g -> g.under(next)).toList();
    Counters at = new Counters();
    at.step = counters.step;
    at.rampStart = counters.step;
    at.averaged = counters.averaged;
    closeNorms();
    return new Optimizer(next, options, states, at);
  }

  private static String name(UpdateRule rule) {
    return rule.getClass().getSimpleName();
  }

  private void closeNorms() {
    open = false;
    clipping.close();
    updateNorm.close();
  }

  /**
   * Adds moments, average and counters to a file, the moments as {@code prefix + parameter + "." +
   * moment}; the file is to be written before the next update.
   *
   * @throws IllegalStateException between micro-batches: what they accumulated is not saved
   */
  public void save(SafetensorsWriter file, String prefix) {
    checkOpen();
    microBatches.checkNone("save", "save after their update");
    StateFiles.save(file, prefix, groups, counters);
  }

  /**
   * Takes moments, average and counters from a file that {@link #save} wrote for the same
   * parameters, rule and options; the next updates are then the same, bit by bit. Groups may be cut
   * otherwise, but for stochastic rounding, which draws by group. Gradients accumulated so far are
   * forgotten.
   *
   * @throws IOException if the file lacks a tensor, or one has another shape or type; nothing is
   *     then changed
   */
  public void load(SafetensorsFile file, String prefix) throws IOException {
    checkOpen();
    StateFiles.load(file, prefix, groups, counters);
    microBatches.forget();
  }

  /** Frees moments and average; the parameters stay. */
  @Override
  public void close() {
    if (open) {
      closeNorms();
      groups.forEach(GroupState::close);
    }
  }
}
