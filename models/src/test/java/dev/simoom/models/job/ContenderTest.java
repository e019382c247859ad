package dev.simoom.models.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.models.sae.SaeConfig;
import dev.simoom.models.sae.SaeMetrics;
import dev.simoom.models.sae.SaeTraining;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The coefficient of L1 finds the sparsity that is wanted. */
class ContenderTest {
  private static final int WIDTH = 16;
  private static final int BATCH = 64;
  private static final int STEPS = 1200;
  private static final int WANTED = 6;

  @Test
  void reluEndsWithTheWantedL0AndNoLatentIsLost() {
    SaeConfig shape = SaeConfig.topK(WIDTH, 48, WANTED);
    SaeTraining training = SaeTraining.defaults(shape, BATCH, STEPS);
    RandomStream random = new RandomStream(1);
    Tensor sample = random.normal(Shape.of(1024, WIDTH));
    try (Contender relu = Contender.reluL1("", shape, training, STEPS, sample, WANTED)) {
      for (int step = 0; step < STEPS; step++) {
        try (Scope _ = Scope.open()) {
          double error = relu.step(random.normal(Shape.of(BATCH, WIDTH)));
          assertThat(error).isFinite();
        }
      }
      try (SparseAutoencoder averaged = relu.trainer().averaged()) {
        SaeMetrics metrics = new SaeMetrics(averaged);
        metrics.add(sample);
        assertThat(metrics.result().l0()).isCloseTo(WANTED, within(0.25 * WANTED));
        assertThat(metrics.result().neverFired()).isLessThan(0.1);
      }
    }
  }
}
