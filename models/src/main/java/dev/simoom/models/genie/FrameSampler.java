package dev.simoom.models.genie;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Draws the codes of one frame in steps: each draws all masked codes, accepts some and masks the
 * others again (Chang et al., arXiv 2202.04200, algorithm in section 3.2).
 */
final class FrameSampler {
  private final Sampling sampling;
  private final SplittableRandom random;
  private final int mask;
  private final int[] tokens;
  private final double[] upTo;
  private int masked;
  private int step;

  /** A frame of masked codes. */
  FrameSampler(Sampling sampling, int places, int mask, long seed) {
    this.sampling = sampling;
    this.mask = mask;
    this.random = new SplittableRandom(seed);
    this.tokens = new int[places];
    this.upTo = new double[mask];
    Arrays.fill(tokens, mask);
    masked = places;
  }

  /** The codes so far, some of them masked; not to be changed. */
  int[] tokens() {
    return tokens;
  }

  boolean isDone() {
    return masked == 0;
  }

  /**
   * Takes a step.
   *
   * @param logits [places][codes] of the codes so far, from an index on
   */
  void refine(float[] logits, int from) {
    step++;
    double[] confidence = new double[tokens.length];
    double noise = sampling.temperature() * (1 - (double) step / sampling.steps());
    for (int place = 0; place < tokens.length; place++) {
      confidence[place] = Double.POSITIVE_INFINITY;
      if (tokens[place] == mask) {
        confidence[place] = draw(place, logits, from + place * mask, noise);
      }
    }
    int left = sampling.schedule().maskedAfter(tokens.length, masked, step, sampling.steps());
    IntStream.range(0, tokens.length)
        .boxed()
        .sorted((a, b) -> Double.compare(confidence[a], confidence[b]))
        .limit(left)
        .forEach(place -> tokens[place] = mask);
    masked = left;
  }

  /** Draws a code for a place and says how sure that is. */
  private double draw(int place, float[] logits, int at, double noise) {
    int likeliest = 0;
    for (int code = 1; code < mask; code++) {
      likeliest = logits[at + code] > logits[at + likeliest] ? code : likeliest;
    }
    float highest = logits[at + likeliest];
    int drawn = sampling.temperature() == 0 ? likeliest : drawn(logits, at, highest);
    tokens[place] = drawn;
    if (sampling.order() == Sampling.Order.RANDOM) {
      return random.nextDouble();
    }
    double sum = 0;
    for (int code = 0; code < mask; code++) {
      sum += Math.exp(logits[at + code] - highest);
    }
    return logits[at + drawn] - highest - Math.log(sum) + noise * gumbel();
  }

  /** A code with a probability that goes with exp(logit / temperature). */
  private int drawn(float[] logits, int at, float highest) {
    double sum = 0;
    for (int code = 0; code < mask; code++) {
      sum += Math.exp((logits[at + code] - highest) / sampling.temperature());
      upTo[code] = sum;
    }
    double goal = random.nextDouble() * sum;
    int code = 0;
    while (upTo[code] <= goal && code < mask - 1) {
      code++;
    }
    return code;
  }

  private double gumbel() {
    return -Math.log(-Math.log(random.nextDouble(Double.MIN_NORMAL, 1)));
  }
}
