package dev.simoom.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.nn.Activation;
import dev.simoom.nn.Initializer;
import dev.simoom.nn.Linear;
import dev.simoom.nn.Losses;
import dev.simoom.nn.Sequential;
import dev.simoom.optim.AdEMAMix;
import dev.simoom.optim.AdamW;
import dev.simoom.optim.Optimizer;
import dev.simoom.optim.UpdateRule;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers, losses, gradients, programs and optimizers together learn to tell two interleaved spirals
 * apart, which no linear model does better than by chance.
 */
final class TwoSpiralsTest {
  private static final int POINTS = 400;
  private static final int STEPS = 500;

  /** Points [n, 2] of two spirals of one and a half turns, and which of them each belongs to. */
  private record Spirals(Tensor points, Tensor classes) {
    static Spirals generate(long seed) {
      Random random = new Random(seed);
      float[] points = new float[2 * POINTS];
      int[] classes = new int[POINTS];
      for (int i = 0; i < POINTS; i++) {
        classes[i] = i % 2;
        double along = 0.1 + 0.9 * random.nextDouble();
        double angle = 3 * Math.PI * along + Math.PI * classes[i];
        points[2 * i] = (float) (along * Math.cos(angle) + 0.01 * random.nextGaussian());
        points[2 * i + 1] = (float) (along * Math.sin(angle) + 0.01 * random.nextGaussian());
      }
      Shape shape = Shape.of(POINTS, 2);
      return new Spirals(Tensor.of(shape, points), Tensor.ofInts(Shape.of(POINTS), classes));
    }
  }

  static Stream<Arguments> rules() {
    return Stream.of(
        Arguments.of("AdEMAMix", AdEMAMix.defaults().withLearningRate(0.01).withRamps(STEPS)),
        Arguments.of("AdamW", AdamW.defaults().withLearningRate(0.02)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void aNetworkOfTwoLayersTellsTheSpiralsApart(String name, UpdateRule rule) {
    RandomStream random = new RandomStream(1);
    Spirals seen = Spirals.generate(1);
    Spirals unseen = Spirals.generate(2);
    try (Sequential model =
            Sequential.of(
                Linear.create(2, 96, Initializer.normal(3), random),
                Activation.TANH,
                Linear.create(96, 2, random));
        Optimizer optimizer = Optimizer.of(rule, model.parameters());
        Program train =
            Program.of(
                (points, classes) -> {
                  Tensor loss = Losses.crossEntropy(model.forward(points, true), classes);
                  optimizer.minimize(loss);
                  return loss;
                })) {
      assertThat(accuracy(model, unseen)).isLessThan(0.7);
      for (int step = 0; step < STEPS; step++) {
        train.run(seen.points, seen.classes);
      }
      assertThat(accuracy(model, seen)).isGreaterThanOrEqualTo(0.98);
      assertThat(accuracy(model, unseen)).isGreaterThanOrEqualTo(0.98);
    }
  }

  private static double accuracy(Sequential model, Spirals spirals) {
    float[] logits = model.forward(spirals.points).toFloatArray();
    int[] classes = spirals.classes.toIntArray();
    int right = 0;
    for (int i = 0; i < POINTS; i++) {
      right += (logits[2 * i + 1] > logits[2 * i] ? 1 : 0) == classes[i] ? 1 : 0;
    }
    return (double) right / POINTS;
  }
}
