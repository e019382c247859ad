package dev.simoom.bench.suite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Medians with bootstrap intervals (Efron, "Bootstrap methods", Annals of Statistics 7, 1979). */
public final class Statistics {
  private static final int RESAMPLES = 2000;
  private static final double TAIL = 0.025;

  private Statistics() {}

  /** The middle value, or the mean of the two in the middle. */
  public static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The median of all values, with an interval that knows that the values of a fork belong
   * together: forks are drawn with replacement, and from each as many values as it has.
   */
  static Figure medianOf(List<List<Double>> forks) {
    return bootstrap(forks, Statistics::medianOfAll);
  }

  /** The quotient of the medians of two independent sets of forks. */
  static Figure quotient(List<List<Double>> numerator, List<List<Double>> denominator) {
    Random random = new Random(1);
    double[] quotients = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      double above = medianOfAll(resample(numerator, random));
      quotients[i] = above / medianOfAll(resample(denominator, random));
    }
    return figure(medianOfAll(numerator) / medianOfAll(denominator), quotients);
  }

  private static Figure bootstrap(
      List<List<Double>> forks, ToDoubleFunction<List<List<Double>>> statistic) {
    Random random = new Random(1);
    double[] results = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      results[i] = statistic.applyAsDouble(resample(forks, random));
    }
    return figure(statistic.applyAsDouble(forks), results);
  }

  private static Figure figure(double value, double[] resampled) {
    Arrays.sort(resampled);
    int cut = (int) (TAIL * resampled.length);
    return new Figure(value, resampled[cut], resampled[resampled.length - 1 - cut]);
  }

  private static List<List<Double>> resample(List<List<Double>> forks, Random random) {
    List<List<Double>> drawn = new ArrayList<>();
    for (int f = 0; f < forks.size(); f++) {
      List<Double> fork = forks.get(random.nextInt(forks.size()));
      List<Double> values = new ArrayList<>(fork.size());
      for (int i = 0; i < fork.size(); i++) {
        values.add(fork.get(random.nextInt(fork.size())));
      }
      drawn.add(values);
    }
    return drawn;
  }

  private static double medianOfAll(List<List<Double>> forks) {
    return median(forks.stream().flatMap(List::stream).toList());
  }
}
