package dev.simoom.optim;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Parameters, gradients and steps for tests. */
final class Runs {
  private Runs() {}

  static Variable variable(String name, float... values) {
    return Variable.of(name, Tensor.of(values));
  }

  static Variable variable(String name, Shape shape, long seed) {
    return Variable.of(name, Tensor.of(shape, normal(shape.elements(), seed)));
  }

  static float[] content(Variable variable) {
    if (variable.dtype() != DType.F32) {
      return variable.value().toFloatArray();
    }
    return variable.segment().toArray(ValueLayout.JAVA_FLOAT);
  }

  static float[] normal(long count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Noisy gradients around a mean, which differs from element to element. */
  static float[][] gradients(int steps, int count, long seed) {
    float[] mean = normal(count, seed);
    float[][] all = new float[steps][];
    for (int t = 0; t < steps; t++) {
      all[t] = normal(count, seed + 1 + t);
      for (int i = 0; i < count; i++) {
        all[t][i] = 0.5f * all[t][i] + mean[i];
      }
    }
    return all;
  }

  /** A program that updates by the gradients it is given. */
  static Program program(Optimizer optimizer) {
    return Program.ofMany(
        gradients -> {
          optimizer.step(gradients);
          return List.of();
        });
  }

  /** A program that accumulates the gradients it is given. */
  static Program accumulating(Optimizer optimizer) {
    return Program.ofMany(
        gradients -> {
          optimizer.accumulate(gradients);
          return List.of();
        });
  }

  /** A program that updates by what was accumulated. */
  static Program updating(Optimizer optimizer) {
    return Program.ofMany(
        _ -> {
          optimizer.step();
          return List.of();
        });
  }

  /** What becomes of one parameter under given gradients, in a traced program. */
  static float[] run(UpdateRule rule, float[] start, float[][] gradients) {
    try (Variable parameter = variable("x", start);
        Optimizer optimizer = Optimizer.of(rule, Map.of("x", parameter));
        Program program = program(optimizer)) {
      for (float[] gradient : gradients) {
        program.runAll(Tensor.of(gradient));
      }
      return content(parameter);
    }
  }
}
