package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.graph.Op;

/**
 * A source of random numbers that depend on its seed and on how often it was asked, nothing else.
 *
 * <p>Each request, and each run of a request that was traced, takes the next value of a counter, so
 * that a traced program draws what the same eager calls would draw. Numbers come from Philox
 * 4x32-10; see {@link dev.simoom.kernels.Random}.
 */
public final class RandomStream {
  private final long seed;
  private long counter;

  /** A source with a seed, at its start. */
  public RandomStream(long seed) {
    this.seed = seed;
  }

  /** Numbers evenly spread over [0, 1), F32. */
  public Tensor uniform(Shape shape) {
    return draw(shape, false);
  }

  /** Numbers with normal distribution, mean 0 and variance 1, F32. */
  public Tensor normal(Shape shape) {
    return draw(shape, true);
  }

  private Tensor draw(Shape shape, boolean normal) {
    Tensor key =
        HostValues.ofInts(
            "random key",
            Shape.of(3),
            k -> {
              k[0] = (int) seed;
              k[1] = (int) (seed >>> 32);
              k[2] = (int) counter++;
            });
    return Recorder.record(new Op.RandomNumbers(normal, 0), shape, DType.F32, key);
  }

  /** How many requests were served: the state to save. */
  public long counter() {
    return counter;
  }

  /** Continues as if that many requests had been served. */
  public void restore(long requests) {
    counter = requests;
  }
}
