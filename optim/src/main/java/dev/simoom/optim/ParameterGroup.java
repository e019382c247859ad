package dev.simoom.optim;

import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Parameters that are updated in the same way, in one pass over flat memory.
 *
 * @param name for messages
 * @param parameters by name, all of one floating-point type
 * @param learningRate its own schedule, or none for that of the rule
 * @param rateFactor what the schedule is multiplied by
 * @param weightDecay its own weight decay, or none for that of the rule
 * @param gradientTransform applied to the gradient, before clipping; for one parameter only
 * @param constraint applied to the updated parameter, in its own shape; for one parameter only
 */
public record ParameterGroup(
    String name,
    SequencedMap<String, Variable> parameters,
    Optional<Schedule> learningRate,
    double rateFactor,
    OptionalDouble weightDecay,
    Optional<UnaryOperator<Tensor>> gradientTransform,
    Optional<UnaryOperator<Tensor>> constraint) {

  /**
   * Copies the map and checks the settings.
   *
   * @throws IllegalArgumentException if a setting is negative, there is no parameter, one is of a
   *     type without fractions, or there are several and a transform or constraint that takes one
   */
  public ParameterGroup {
    parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
    Checks.notNegative("rateFactor", rateFactor);
    weightDecay.ifPresent(d -> Checks.notNegative("weightDecay", d));
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("group '" + name + "' has no parameters");
    }
    if (parameters.size() > 1 && (gradientTransform.isPresent() || constraint.isPresent())) {
      throw new IllegalArgumentException(
          "group '%s' has %d parameters; a gradient transform or constraint needs a group of one"
              .formatted(name, parameters.size()));
    }
    for (Variable parameter : parameters.values()) {
      if (!parameter.dtype().isFloating()) {
        throw new IllegalArgumentException(
            "group '" + name + "': " + parameter + " is not of a floating-point type");
      }
    }
  }

  /** A group with the settings of the rule. */
  public static ParameterGroup of(String name, Map<String, Variable> parameters) {
    return new ParameterGroup(
        name,
        new LinkedHashMap<>(parameters),
        Optional.empty(),
        1,
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** A group of one parameter, named as the variable, with the settings of the rule. */
  public static ParameterGroup of(Variable parameter) {
    return of(parameter.name(), Map.of(parameter.name(), parameter));
  }

  /**
   * Two groups: {@code matrices} with the rule's weight decay, and {@code vectors}, those of at
   * most one axis such as biases and the gains of norms, without any. A group that would be empty
   * is left out.
   */
  public static List<ParameterGroup> withDecayMask(Map<String, Variable> parameters) {
    SequencedMap<String, Variable> matrices = new LinkedHashMap<>();
    SequencedMap<String, Variable> vectors = new LinkedHashMap<>();
    parameters.forEach((n, p) -> (p.shape().rank() > 1 ? matrices : vectors).put(n, p));
    List<ParameterGroup> groups = new ArrayList<>();
    if (!matrices.isEmpty()) {
      groups.add(of("matrices", matrices));
    }
    if (!vectors.isEmpty()) {
      groups.add(of("vectors", vectors).withWeightDecay(0));
    }
    return groups;
  }

  /** With a schedule of its own. */
  public ParameterGroup withLearningRate(Schedule schedule) {
    return new ParameterGroup(
        name,
        parameters,
        Optional.of(schedule),
        rateFactor,
        weightDecay,
        gradientTransform,
        constraint);
  }

  /** With every rate multiplied. */
  public ParameterGroup withRateFactor(double factor) {
    return new ParameterGroup(
        name, parameters, learningRate, factor, weightDecay, gradientTransform, constraint);
  }

  /** With a weight decay of its own. */
  public ParameterGroup withWeightDecay(double decay) {
    return new ParameterGroup(
        name,
        parameters,
        learningRate,
        rateFactor,
        OptionalDouble.of(decay),
        gradientTransform,
        constraint);
  }

  /** With something done to the gradient before clipping and the update; F32, of its shape. */
  public ParameterGroup withGradientTransform(UnaryOperator<Tensor> transform) {
    return new ParameterGroup(
        name,
        parameters,
        learningRate,
        rateFactor,
        weightDecay,
        Optional.of(transform),
        constraint);
  }

  /** With something done to the updated parameter, such as scaling its rows to length one; F32. */
  public ParameterGroup withConstraint(UnaryOperator<Tensor> map) {
    return new ParameterGroup(
        name,
        parameters,
        learningRate,
        rateFactor,
        weightDecay,
        gradientTransform,
        Optional.of(map));
  }

  /** The same settings for some of the parameters, or nothing where there are none. */
  Optional<ParameterGroup> only(Predicate<Variable> wanted) {
    SequencedMap<String, Variable> some = new LinkedHashMap<>(parameters);
    some.values().removeIf(wanted.negate());
    return some.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ParameterGroup(
                name, some, learningRate, rateFactor, weightDecay, gradientTransform, constraint));
  }

  /** The learning rate at a step. */
  double rateAt(long step, UpdateRule rule) {
    return rateFactor * learningRate.orElse(rule.learningRate()).at(step);
  }

  /** The weight decay. */
  double decay(UpdateRule rule) {
    return weightDecay.orElse(rule.weightDecay());
  }
}
