package dev.simoom.optim;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.PackedBytes;
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
import java.util.function.UnaryOperator;

/**
 * A group's parameters as one variable, flat unless there is only one, and its moments and average
 * of the same shape.
 */
final class GroupState {
  private static final String AVERAGE = "average";

  private final ParameterGroup group;
  private final FlatLayout layout;
  private final StateFormat format;
  private final Variable parameters;
  private final SequencedMap<String, Moment> moments = new LinkedHashMap<>();
  private final Optional<Variable> average;
  private final Optional<Variable> gradientSum;
  private final Optional<StochasticRounding> rounding;

  /** Part of a moment or average that belongs to one parameter. */
  record Part(String name, DType dtype, Shape shape, MemorySegment data) {}

  private GroupState(
      ParameterGroup group,
      FlatLayout layout,
      StateFormat format,
      Variable parameters,
      Optional<Variable> average,
      Optional<Variable> gradientSum,
      Optional<StochasticRounding> rounding) {
    this.group = group;
    this.layout = layout;
    this.format = format;
    this.parameters = parameters;
    this.average = average;
    this.gradientSum = gradientSum;
    this.rounding = rounding;
  }

  /**
   * Moves groups' parameters together and makes their moments. A group whose moments are kept in
   * blocks becomes two where it has small parameters too.
   */
  static List<GroupState> of(
      List<ParameterGroup> groups, UpdateRule rule, OptimizerOptions options) {
    List<GroupState> states = new ArrayList<>();
    for (ParameterGroup group : groups) {
      if (options.state() instanceof StateFormat.Blockwise) {
        group
            .only(p -> p.shape().elements() >= Moment.Blocks.LEAST)
            .ifPresent(g -> states.add(of(g, rule, options, options.state(), states.size())));
        group
            .only(p -> p.shape().elements() < Moment.Blocks.LEAST)
            .ifPresent(g -> states.add(of(g, rule, options, StateFormat.f32(), states.size())));
      } else {
        states.add(of(group, rule, options, options.state(), states.size()));
      }
    }
    return states;
  }

  private static GroupState of(
      ParameterGroup group,
      UpdateRule rule,
      OptimizerOptions options,
      StateFormat format,
      int number) {
    boolean blocks = format instanceof StateFormat.Blockwise;
    FlatLayout layout = FlatLayout.of(group, blocks ? Moment.Blocks.UNIT : 1);
    Variable all = layout.place(group);
    Optional<Variable> average = options.average().map(a -> state(group, AVERAGE, all.shape()));
    Optional<Variable> sum =
        options.accumulates()
            ? Optional.of(state(group, "gradient_sum", all.shape()))
            : Optional.empty();
    Optional<StochasticRounding> rounding =
        format instanceof StateFormat.Bfloat16(boolean _, boolean stochastic, long seed)
                && stochastic
            ? Optional.of(new StochasticRounding(seed, number))
            : Optional.empty();
    GroupState state = new GroupState(group, layout, format, all, average, sum, rounding);
    if (options.average().isPresent() && !options.average().get().debiased()) {
      average.orElseThrow().assign(all.value().cast(DType.F32));
    }
    state.keepMoments(rule);
    return state;
  }

  /** The same parameters and average under another rule, which takes over moments it knows. */
  GroupState under(UpdateRule rule) {
    GroupState next =
        new GroupState(group, layout, format, parameters, average, gradientSum, rounding);
    next.moments.putAll(moments);
    next.keepMoments(rule);
    return next;
  }

  /** In the order of the rule, by which they draw random numbers. */
  private void keepMoments(UpdateRule rule) {
    SequencedMap<String, Moment> known = new LinkedHashMap<>(moments);
    moments.clear();
    for (String name : rule.moments()) {
      Moment moment = known.remove(name);
      moments.put(name, moment == null ? zeros(rule, name) : moment);
    }
    known.values().forEach(GroupState::close);
  }

  private Moment zeros(UpdateRule rule, String name) {
    return Moment.zeros(
        group.name() + "." + name, form(), format, rule.isSigned(name), rule.isSlow(name));
  }

  private static Variable state(ParameterGroup group, String name, Shape shape) {
    return Variable.zeros(group.name() + "." + name, shape, DType.F32);
  }

  private boolean inBlocks() {
    return format instanceof StateFormat.Blockwise;
  }

  /** The shape of the update's arithmetic: the variable's own, or rows of blocks. */
  private Shape form() {
    return inBlocks()
        ? Shape.of(
            parameters.shape().elements() / Moment.Blocks.UNIT,
            PackedBytes.ROWS,
            Moment.Blocks.BLOCK)
        : parameters.shape();
  }

  ParameterGroup group() {
    return group;
  }

  /** The gradients of this group's parameters as one F32 tensor of the shape of its variable. */
  Tensor gather(List<Tensor> gradients) {
    return layout.join(gradients);
  }

  /** A gathered gradient after what the group does to gradients. */
  Tensor transformed(Tensor gradient) {
    return group.gradientTransform().map(t -> apply(t, gradient)).orElse(gradient);
  }

  /** Something done to the only parameter of a group, in its own shape. */
  private Tensor apply(UnaryOperator<Tensor> function, Tensor all) {
    Tensor own = function.apply(layout.only(all));
    return layout.join(List.of(own)).reshape(all.shape());
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
      Tensor gathered,
      Map<String, Tensor> coefficients,
      Tensor rate,
      Optional<WeightAverage> averaging) {
    Map<String, Tensor> before = new HashMap<>();
    moments.forEach((name, moment) -> before.put(name, moment.read()));
    Tensor gradient = gathered.reshape(form());
    Tensor old = parameters.value().cast(DType.F32).reshape(form());
    double coupled = rule.decaysGradient() ? group.decay(rule) : 0;
    double decoupled = rule.decaysGradient() ? 0 : group.decay(rule);
    UpdateRule.Update update = rule.apply(decayed(gradient, old, coupled), before, coefficients);
    Tensor step = decayed(update.direction(), old, decoupled);
    Tensor stepped = whereUsable(gradient, old.sub(step.mul(rate)), old);
    Tensor next = group.constraint().map(c -> apply(c, stepped)).orElse(stepped);
    Tensor change = old.sub(next);
    averaging.ifPresent(
        a -> {
          Variable kept = average.orElseThrow();
          Tensor past = kept.value().reshape(form());
          Tensor now = UpdateRule.blend(past, next, Tensor.scalar(1 - a.decay()));
          kept.assign(now.reshape(kept.shape()));
        });
    writeMoments(gradient, update.moments());
    parameters.assign(next.cast(parameters.dtype()).reshape(parameters.shape()));
    return change;
  }

  private void writeMoments(Tensor gradient, Map<String, Tensor> next) {
    Optional<Tensor> drawn = rounding.map(r -> r.draw(form()));
    int number = 0;
    for (Map.Entry<String, Moment> moment : moments.entrySet()) {
      int own = number++;
      Tensor value =
          whereUsable(gradient, next.get(moment.getKey()), Tensor.scalar(0).expand(form()));
      moment.getValue().write(value, () -> StochasticRounding.multiple(drawn.orElseThrow(), own));
    }
  }

  /** In blocks, where one element that is no number would spoil all others of its block. */
  private Tensor whereUsable(Tensor gradient, Tensor yes, Tensor no) {
    return inBlocks() ? Tensor.where(gradient.isFinite(), yes, no) : yes;
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

  /** Copies of the pieces of a tensor of the variable's shape, by the names of the parameters. */
  Map<String, Tensor> split(Tensor all) {
    Map<String, Tensor> parts = layout.split(all);
    parts.replaceAll((_, part) -> part.copy());
    return parts;
  }

  // ---------------------------------------------------------------- saving

  private SequencedMap<String, Moment.Stored> stored() {
    SequencedMap<String, Moment.Stored> all = new LinkedHashMap<>();
    moments.forEach((name, m) -> m.stored().forEach(s -> all.put(name + s.suffix(), s)));
    average.ifPresent(a -> all.put(AVERAGE, new Moment.Stored(a, "", 1, 1)));
    return all;
  }

  /** Bytes of moments and average. */
  long bytes() {
    return stored().values().stream().mapToLong(s -> s.variable().segment().byteSize()).sum();
  }

  /** Moments and average, parameter by parameter: {@code layer.weight.m1} and so on. */
  List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    long at = 0;
    for (int i = 0; i < layout.names().size(); i++) {
      Shape shape = layout.shapes().get(i);
      for (Map.Entry<String, Moment.Stored> entry : stored().entrySet()) {
        Moment.Stored stored = entry.getValue();
        boolean whole = stored.ofElements() == 1;
        long count = (whole ? shape.elements() : layout.room(i)) / stored.ofElements();
        Shape own = whole ? shape : Shape.of(count, stored.part());
        Variable variable = stored.variable();
        long bytes = stored.part() * variable.dtype().bytes();
        MemorySegment data =
            variable.segment().asSlice(at / stored.ofElements() * bytes, count * bytes);
        String name = layout.names().get(i) + "." + entry.getKey();
        parts.add(new Part(name, variable.dtype(), own, data));
      }
      at += layout.room(i);
    }
    return parts;
  }

  /** Notes that the host wrote to moments and average, which are those after so many updates. */
  void written(long updates) {
    stored().values().forEach(s -> s.variable().written());
    rounding.ifPresent(r -> r.restore(updates));
  }

  private static void close(Moment moment) {
    moment.stored().forEach(s -> s.variable().close());
  }

  void close() {
    moments.values().forEach(GroupState::close);
    average.ifPresent(Variable::close);
    gradientSum.ifPresent(Variable::close);
  }
}
