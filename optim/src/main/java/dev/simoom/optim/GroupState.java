package dev.simoom.optim;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A group's parameters as one variable, flat unless there is only one, and its moments and average
 * of the same shape.
 */
final class GroupState {
  private static final String AVERAGE = "average";

  private final ParameterGroup group;
  private final Variable parameters;
  private final SequencedMap<String, Variable> moments = new LinkedHashMap<>();
  private final Optional<Variable> average;
  private final Optional<Variable> gradientSum;

  /** Part of a moment or average that belongs to one parameter. */
  record Part(String name, Shape shape, MemorySegment data) {}

  private GroupState(
      ParameterGroup group,
      Variable parameters,
      Optional<Variable> average,
      Optional<Variable> gradientSum) {
    this.group = group;
    this.parameters = parameters;
    this.average = average;
    this.gradientSum = gradientSum;
  }

  /** Moves a group's parameters together and makes its moments. */
  static GroupState of(ParameterGroup group, UpdateRule rule, OptimizerOptions options) {
    List<Variable> parts = List.copyOf(group.parameters().values());
    Variable all = parts.size() == 1 ? parts.getFirst() : Variable.flatten(group.name(), parts);
    Optional<Variable> average = options.average().map(a -> state(group, AVERAGE, all.shape()));
    Optional<Variable> sum =
        options.accumulates()
            ? Optional.of(state(group, "gradient_sum", all.shape()))
            : Optional.empty();
    GroupState state = new GroupState(group, all, average, sum);
    if (options.average().isPresent() && !options.average().get().debiased()) {
      average.orElseThrow().assign(all.value().cast(DType.F32));
    }
    state.keepMoments(rule);
    return state;
  }

  /** The same parameters and average under another rule, which takes over moments it knows. */
  GroupState under(UpdateRule rule) {
    GroupState next = new GroupState(group, parameters, average, gradientSum);
    next.moments.putAll(moments);
    next.keepMoments(rule);
    return next;
  }

  private void keepMoments(UpdateRule rule) {
    for (String name : List.copyOf(moments.sequencedKeySet())) {
      if (!rule.moments().contains(name)) {
        moments.remove(name).close();
      }
    }
    for (String name : rule.moments()) {
      moments.computeIfAbsent(name, n -> state(group, n, parameters.shape()));
    }
  }

  private static Variable state(ParameterGroup group, String name, Shape shape) {
    return Variable.zeros(group.name() + "." + name, shape, DType.F32);
  }

  ParameterGroup group() {
    return group;
  }

  /** The gradients of this group's parameters as one F32 tensor of the shape of its variable. */
  static Tensor gather(List<Tensor> gradients) {
    if (gradients.size() == 1) {
      return gradients.getFirst().cast(DType.F32);
    }
    List<Tensor> flat = new ArrayList<>();
    gradients.forEach(g -> flat.add(g.cast(DType.F32).reshape(-1)));
    return Tensor.concat(0, flat);
  }

  /** A gathered gradient after what the group does to gradients. */
  Tensor transformed(Tensor gradient) {
    return group.gradientTransform().map(t -> t.apply(gradient)).orElse(gradient);
  }

  /**
   * Adds a gathered gradient to the sum, or starts the sum with it, which rids it of an infinity or
   * NaN that a factor of 0 would keep.
   *
   * @param first 1 to start, 0 to add
   */
  void accumulate(Tensor gradient, Tensor first) {
    Variable sum = gradientSum.orElseThrow();
    // Compared in the shape of the gradient, the number needs no kernel of its own.
    Tensor starts = first.expand(gradient.shape()).gt(0);
    sum.assign(Tensor.where(starts, gradient, sum.value().add(gradient)));
  }

  /** The sum of gradients. */
  Tensor accumulated() {
    return gradientSum.orElseThrow().value();
  }

  /**
   * Updates parameters, moments and average.
   *
   * @return the change of the parameters, with the opposite sign
   */
  Tensor update(
      UpdateRule rule,
      Tensor gradient,
      Map<String, Tensor> coefficients,
      Tensor rate,
      Optional<WeightAverage> averaging) {
    Map<String, Tensor> before = new HashMap<>();
    moments.forEach((name, moment) -> before.put(name, moment.value()));
    Tensor old = parameters.value().cast(DType.F32);
    double coupled = rule.decaysGradient() ? group.decay(rule) : 0;
    double decoupled = rule.decaysGradient() ? 0 : group.decay(rule);
    UpdateRule.Update update = rule.apply(decayed(gradient, old, coupled), before, coefficients);
    Tensor step = decayed(update.direction(), old, decoupled);
    Tensor stepped = old.sub(step.mul(rate));
    Tensor next = group.constraint().map(c -> c.apply(stepped)).orElse(stepped);
    Tensor change = old.sub(next);
    averaging.ifPresent(
        a -> {
          Variable kept = average.orElseThrow();
          kept.assign(UpdateRule.blend(kept.value(), next, Tensor.scalar(1 - a.decay())));
        });
    moments.forEach((name, moment) -> moment.assign(update.moments().get(name)));
    parameters.assign(next.cast(parameters.dtype()));
    return change;
  }

  private static Tensor decayed(Tensor direction, Tensor parameters, double decay) {
    return decay == 0 ? direction : direction.add(parameters.mul(decay));
  }

  // ---------------------------------------------------------------- the average

  /** The average, multiplied by what makes up for its start at zero. */
  Tensor averaged(double correction) {
    return average.orElseThrow().value().mul(correction);
  }

  /** A copy of the parameters. */
  MemorySegment snapshot(Arena arena) {
    MemorySegment content = parameters.segment();
    return arena.allocate(content.byteSize(), 64).copyFrom(content);
  }

  /** Puts a copy back. */
  void restore(MemorySegment content) {
    parameters.segment().copyFrom(content);
    parameters.written();
  }

  void assign(Tensor values) {
    parameters.assign(values.cast(parameters.dtype()));
  }

  /** A tensor of the variable's shape in pieces, by the names of the parameters. */
  Map<String, Tensor> split(Tensor all) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    Tensor flat = all.reshape(-1);
    long at = 0;
    for (Map.Entry<String, Variable> entry : group.parameters().entrySet()) {
      Shape shape = entry.getValue().shape();
      parts.put(entry.getKey(), flat.slice(0, at, at + shape.elements()).reshape(shape).copy());
      at += shape.elements();
    }
    return parts;
  }

  // ---------------------------------------------------------------- saving

  /** Moments and average, parameter by parameter: {@code layer.weight.m1} and so on. */
  List<Part> parts() {
    SequencedMap<String, Variable> all = new LinkedHashMap<>(moments);
    average.ifPresent(a -> all.put(AVERAGE, a));
    List<Part> parts = new ArrayList<>();
    long at = 0;
    for (Map.Entry<String, Variable> entry : group.parameters().entrySet()) {
      Shape shape = entry.getValue().shape();
      long bytes = shape.elements() * DType.F32.bytes();
      for (Map.Entry<String, Variable> state : all.entrySet()) {
        MemorySegment data = state.getValue().segment().asSlice(at, bytes);
        parts.add(new Part(entry.getKey() + "." + state.getKey(), shape, data));
      }
      at += bytes;
    }
    return parts;
  }

  /** Notes that the host wrote to moments and average. */
  void written() {
    moments.values().forEach(Variable::written);
    average.ifPresent(Variable::written);
  }

  void close() {
    moments.values().forEach(Variable::close);
    average.ifPresent(Variable::close);
    gradientSum.ifPresent(Variable::close);
  }
}
