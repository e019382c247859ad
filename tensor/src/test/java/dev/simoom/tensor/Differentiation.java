package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Holds the gradient graph of a function against finite differences, both in double.
 *
 * <p>The loss is a sum of the function's results with random weights, so that every element counts
 * differently.
 */
final class Differentiation {
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-6;

  private final Random random = new Random(7);
  private final List<Shape> shapes = new ArrayList<>();
  private final List<DType> dtypes = new ArrayList<>();
  private final List<double[]> data = new ArrayList<>();

  /** Adds an input of real numbers in a range. */
  Differentiation real(double low, double high, long... extents) {
    double[] x = new double[Math.toIntExact(Shape.of(extents).elements())];
    Arrays.setAll(x, i -> low + (high - low) * random.nextDouble());
    return input(DType.F32, Shape.of(extents), x);
  }

  /** Adds an input of real numbers between -2 and 2. */
  Differentiation real(long... extents) {
    return real(-2, 2, extents);
  }

  /** Adds an input with given numbers. */
  Differentiation input(DType dtype, Shape shape, double... values) {
    shapes.add(shape);
    dtypes.add(dtype);
    data.add(values);
    return this;
  }

  /** What the gradient graph gives for each real input; compared with finite differences. */
  List<double[]> check(Function<List<Tensor>, Tensor> function) {
    List<double[]> gradients = gradients(function);
    int next = 0;
    for (int i = 0; i < data.size(); i++) {
      if (dtypes.get(i) == DType.F32) {
        compare(gradients.get(next++), i, function);
      }
    }
    return gradients;
  }

  /** What the gradient graph gives for each real input. */
  List<double[]> gradients(Function<List<Tensor>, Tensor> function) {
    return evaluate(
        inputs -> {
          List<Tensor> real = inputs.stream().filter(t -> t.dtype() == DType.F32).toList();
          List<Tensor> gradients = loss(function, inputs).gradients(real);
          for (int i = 0; i < real.size(); i++) {
            assertThat(gradients.get(i).shape()).isEqualTo(real.get(i).shape());
            assertThat(gradients.get(i).dtype()).isEqualTo(DType.F32);
          }
          return gradients;
        });
  }

  private List<double[]> evaluate(Function<List<Tensor>, List<Tensor>> method) {
    List<double[]> values = new ArrayList<>();
    try (Trace trace = new Trace()) {
      List<Tensor> results = new ArrayList<>();
      trace.record(() -> results.addAll(method.apply(symbols())));
      trace.hooks().forEach(Runnable::run);
      DoubleEvaluator evaluator = new DoubleEvaluator(data, false);
      results.forEach(t -> values.add(evaluator.value(t)));
    }
    return values;
  }

  private List<Tensor> symbols() {
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      inputs.add(new Tensor(new Node(new Op.Argument(i), List.of(), shapes.get(i), dtypes.get(i))));
    }
    return inputs;
  }

  private static Tensor loss(Function<List<Tensor>, Tensor> function, List<Tensor> inputs) {
    Tensor y = function.apply(inputs);
    float[] weights = new float[Math.toIntExact(y.shape().elements())];
    Random random = new Random(11);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (0.5 + random.nextDouble());
    }
    return y.mul(Tensor.of(y.shape(), weights)).sum();
  }

  private void compare(double[] gradient, int input, Function<List<Tensor>, Tensor> function) {
    double[] x = data.get(input);
    for (int i = 0; i < x.length; i++) {
      double at = x[i];
      x[i] = at + STEP;
      double above = value(function);
      x[i] = at - STEP;
      double below = value(function);
      x[i] = at;
      double expected = (above - below) / (2 * STEP);
      assertThat(Math.abs(gradient[i] - expected))
          .as("gradient by input %d, element %d: %s for %s", input, i, gradient[i], expected)
          .isLessThanOrEqualTo(TOLERANCE * (1 + Math.abs(expected)));
    }
  }

  private double value(Function<List<Tensor>, Tensor> function) {
    return evaluate(inputs -> List.of(loss(function, inputs))).getFirst()[0];
  }
}
