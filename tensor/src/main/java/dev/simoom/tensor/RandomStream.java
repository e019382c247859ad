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

  /** Numbers with exponential distribution, mean 1, F32; at most 24 log 2. */
  public Tensor exponential(Shape shape) {
    return Tensor.scalar(1).sub(uniform(shape)).log().neg();
  }

  /**
   * Classes drawn with the probabilities {@code softmax(logits)}: F32 [..., classes] gives I32
   * [...]. The largest sum of a logit and a number with Gumbel distribution wins (Maddison et al.,
   * arXiv 1411.0030).
   */
  public Tensor categorical(Tensor logits) {
    // A wait of 0, which 2^-24 of them are, would beat even a logit of minus infinity.
    Tensor waits = exponential(logits.shape()).maximum(Tensor.scalar(0x1p-25));
    return logits.sub(waits.log()).argmax(-1);
  }

  /**
   * Truth values of which each holds with the same probability, BOOL.
   *
   * @throws IllegalArgumentException if that is not from 0 to 1
   */
  public Tensor bernoulli(Shape shape, double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "bernoulli: a probability from 0 to 1 is needed, not " + probability);
    }
    return uniform(shape).lt(probability);
  }

  /**
   * Whole numbers from {@code low} to before {@code high}, I32. Their probabilities are equal but
   * for 2^-24, the resolution of {@link #uniform}.
   *
   * @throws IllegalArgumentException if there are none, or more than 2^24
   */
  public Tensor integers(Shape shape, int low, int high) {
    long count = (long) high - low;
    if (count < 1 || count > 1 << 24) {
      throw new IllegalArgumentException(
          "integers: 1 to 2^24 numbers are needed, not those from " + low + " to before " + high);
    }
    // The largest uniform number is 1 - 2^-24, whose product with the count rounds to below it.
    return uniform(shape).mul(count).cast(DType.I32).add(low);
  }

  /**
   * The numbers from 0 to before n in random order, I32 [n].
   *
   * @throws IllegalArgumentException if n is negative
   */
  public Tensor permutation(long n) {
    // Sorted twice, since one number of 24 bits for each leaves too many equal ones in their order.
    Tensor first = uniform(Shape.of(n)).argsort(0, true);
    return first.gather(uniform(Shape.of(n)).argsort(0, true));
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
