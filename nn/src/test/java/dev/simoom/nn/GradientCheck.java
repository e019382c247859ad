package dev.simoom.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.kernels.Backend;
import dev.simoom.tensor.Engine;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Compares gradients on the ordinary backend with central differences on the reference backend.
 *
 * <p>The result is weighted with fixed numbers and added up on the host in double, so that rounding
 * of the difference is that of its parts and not of a large sum.
 */
final class GradientCheck {
  private static final double STEP = 1.0 / 128;
  private static final long LOOKED_AT = 40;

  private GradientCheck() {}

  /** Of a layer's result, by its input and its parameters. */
  static void check(Layer layer, Tensor input) {
    Variable x = Variable.of("x", input);
    List<Variable> by = new ArrayList<>(layer.parameters().values());
    by.add(x);
    check(() -> layer.forward(x.value(), true), by);
    x.close();
  }

  static void check(Supplier<Tensor> result, List<Variable> by) {
    try (Program backward = Program.ofMany(none -> backward(result.get(), by));
        Program forward = Program.ofMany(none -> List.of(result.get()))) {
      List<Tensor> gradients = backward.runAll();
      for (int i = 0; i < by.size(); i++) {
        Variable variable = by.get(i);
        float[] gradient = gradients.get(i).toFloatArray();
        long stride = Math.max(1, gradient.length / LOOKED_AT);
        for (long at = 0; at < gradient.length; at += stride) {
          double expected = difference(forward, variable, at);
          assertThat((double) gradient[(int) at])
              .as("gradient of variable %d %s at %d", i, variable, at)
              .isCloseTo(expected, within(2e-3 * (1 + Math.abs(expected))));
        }
      }
    }
  }

  private static List<Tensor> backward(Tensor result, List<Variable> by) {
    Tensor weights = Doubles.random(77, result.shape().toArray());
    Tensor loss = result.mul(weights).sum();
    return new ArrayList<>(loss.gradients(by.stream().map(Variable::value).toList()));
  }

  private static double difference(Program forward, Variable variable, long at) {
    float before = variable.segment().getAtIndex(ValueLayout.JAVA_FLOAT, at);
    float high = (float) (before + STEP);
    float low = (float) (before - STEP);
    double up = weighted(forward, variable, at, high);
    double down = weighted(forward, variable, at, low);
    write(variable, at, before);
    return (up - down) / ((double) high - low);
  }

  private static double weighted(Program forward, Variable variable, long at, float value) {
    write(variable, at, value);
    Tensor result = Engine.with(Backend.reference(), () -> forward.run());
    float[] values = result.toFloatArray();
    float[] weights = Doubles.random(77, result.shape().toArray()).toFloatArray();
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += (double) values[i] * weights[i];
    }
    return sum;
  }

  private static void write(Variable variable, long at, float value) {
    variable.segment().setAtIndex(ValueLayout.JAVA_FLOAT, at, value);
    variable.written();
  }
}
