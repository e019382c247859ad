package dev.simoom.models.sae;

import dev.simoom.models.report.Context;
import dev.simoom.models.report.Feature;
import dev.simoom.models.report.Histogram;
import dev.simoom.models.report.TokenWeight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * Collects, over a stream of windows of tokens, where chosen features are most active and how their
 * activations are distributed. The memory it needs does not grow with the stream.
 *
 * <p>A window is a stretch of tokens that belong together, such as a row of a language model's
 * batch. Each gives a feature at most one context, around its largest activation there, so that the
 * contexts of a feature are different places.
 */
public final class FeatureContexts {
  private static final int BUCKETS = 64;

  private final int before;
  private final int after;
  private final int kept;
  private final int[] slots;
  private final List<Collected> features = new ArrayList<>();
  private long rows;

  /**
   * A place where a feature is active.
   *
   * @param firstToken position in the stream of the first token
   * @param activations on each token
   * @param peak index of the token with the largest activation of the window
   */
  public record Place(long firstToken, List<Float> activations, int peak) {
    /** Copies the list. */
    public Place {
      activations = List.copyOf(activations);
    }

    /** The largest activation. */
    public float activation() {
      return activations.get(peak);
    }

    /** As a context of the report, with the tokens' texts. */
    public Context toContext(List<String> tokens, String document, long offset) {
      return new Context(tokens, activations, peak, document, offset);
    }
  }

  /**
   * What was collected of one feature.
   *
   * @param id its latent
   * @param density share of rows on which it was active
   * @param maxActivation largest activation, 0 if it was never active
   * @param meanWhenActive mean of the positive activations, 0 if there are none
   * @param activations distribution of the positive activations
   * @param places where it was most active, best first; of equals the earlier
   */
  public record Summary(
      int id,
      double density,
      double maxActivation,
      double meanWhenActive,
      Histogram activations,
      List<Place> places) {

    /** As a feature of the report. */
    public Feature toFeature(
        Function<Place, Context> text, List<TokenWeight> promoted, List<TokenWeight> suppressed) {
      return new Feature(
          id,
          density,
          maxActivation,
          meanWhenActive,
          activations,
          places.stream().map(text).toList(),
          promoted,
          suppressed);
    }
  }

  /** Order of places from the one to give up first to the best. */
  private static final Comparator<Place> WORST_FIRST =
      Comparator.comparingDouble((Place p) -> p.activation())
          .thenComparing(Comparator.comparingLong(Place::firstToken).reversed());

  private static final class Collected {
    private final int id;
    private final PriorityQueue<Place> best = new PriorityQueue<>(WORST_FIRST);
    private final long[] counts = new long[BUCKETS];
    private double bucketWidth;
    private long active;
    private double sum;
    private float max;

    Collected(int id) {
      this.id = id;
    }

    void add(float value) {
      if (value == Float.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("FeatureContexts: feature " + id + " is infinite");
      }
      active++;
      sum += value;
      max = Math.max(max, value);
      if (bucketWidth == 0) {
        bucketWidth = 2.0 * value / BUCKETS;
      }
      while (value >= bucketWidth * BUCKETS) {
        widen();
      }
      counts[(int) (value / bucketWidth)]++;
    }

    /** Makes each bucket twice as wide. */
    private void widen() {
      for (int i = 0; i < BUCKETS / 2; i++) {
        counts[i] = counts[2 * i] + counts[2 * i + 1];
      }
      Arrays.fill(counts, BUCKETS / 2, BUCKETS, 0);
      bucketWidth *= 2;
    }

    Histogram histogram() {
      if (active == 0) {
        return Histogram.EMPTY;
      }
      int used = (int) (max / bucketWidth) + 1;
      return new Histogram(0, bucketWidth, Arrays.stream(counts).limit(used).boxed().toList());
    }
  }

  /**
   * Nothing collected yet.
   *
   * @param latents size of the dictionary
   * @param features the latents to watch
   * @param kept most places of each
   * @param before tokens shown before the peak, at most
   * @param after tokens shown after the peak, at most
   */
  public FeatureContexts(int latents, int[] features, int kept, int before, int after) {
    if (kept < 1 || before < 0 || after < 0) {
      throw new IllegalArgumentException(
          "FeatureContexts: kept %d must be positive, before %d and after %d not negative"
              .formatted(kept, before, after));
    }
    this.kept = kept;
    this.before = before;
    this.after = after;
    slots = new int[latents];
    Arrays.fill(slots, -1);
    for (int feature : features) {
      if (feature < 0 || feature >= latents || slots[feature] >= 0) {
        throw new IllegalArgumentException(
            "FeatureContexts: feature %d is not one of %d latents, or is named twice"
                .formatted(feature, latents));
      }
      slots[feature] = this.features.size();
      this.features.add(new Collected(feature));
    }
  }

  /**
   * Chooses features for a report: of those that are active at all, sorted by density, evenly
   * spaced ones, so that rare and frequent features are shown.
   *
   * @param density share of rows on which each latent was active
   * @param count how many are wanted; all active ones if there are fewer
   */
  public static int[] choose(double[] density, int count) {
    List<Integer> alive = new ArrayList<>();
    for (int i = 0; i < density.length; i++) {
      if (density[i] > 0) {
        alive.add(i);
      }
    }
    alive.sort(Comparator.comparingDouble((Integer i) -> density[i]).reversed());
    int chosen = Math.min(count, alive.size());
    int[] features = new int[chosen];
    for (int i = 0; i < chosen; i++) {
      features[i] = alive.get((int) ((2L * i + 1) * alive.size() / (2L * chosen)));
    }
    return features;
  }

  /**
   * Adds windows.
   *
   * @param code of the rows of all windows, one window behind the other
   * @param firstTokens position in the stream of each window's first token
   */
  public void add(SparseCode code, long[] firstTokens) {
    int k = Math.toIntExact(code.values().shape().extent(-1));
    float[] values = code.values().toFloatArray();
    int[] indices = code.indices().toIntArray();
    int count = values.length / k;
    if (firstTokens.length == 0 || count % firstTokens.length != 0) {
      throw new IllegalArgumentException(
          "FeatureContexts: %d rows are not %d windows".formatted(count, firstTokens.length));
    }
    int tokens = count / firstTokens.length;
    float[][] activations = new float[features.size()][];
    for (int window = 0; window < firstTokens.length; window++) {
      Arrays.fill(activations, null);
      for (int i = window * tokens * k; i < (window + 1) * tokens * k; i++) {
        int slot = slots[indices[i]];
        if (slot >= 0 && values[i] > 0) {
          if (activations[slot] == null) {
            activations[slot] = new float[tokens];
          }
          activations[slot][i / k - window * tokens] = values[i];
          features.get(slot).add(values[i]);
        }
      }
      for (int slot = 0; slot < activations.length; slot++) {
        if (activations[slot] != null) {
          offer(features.get(slot).best, activations[slot], firstTokens[window]);
        }
      }
    }
    rows += count;
  }

  private void offer(PriorityQueue<Place> best, float[] activations, long firstToken) {
    int peak = 0;
    for (int i = 1; i < activations.length; i++) {
      peak = activations[i] > activations[peak] ? i : peak;
    }
    if (best.size() == kept && activations[peak] < best.element().activation()) {
      return;
    }
    int from = Math.max(0, peak - before);
    int to = Math.min(activations.length, peak + after + 1);
    List<Float> shown = new ArrayList<>();
    for (int i = from; i < to; i++) {
      shown.add(activations[i]);
    }
    best.add(new Place(firstToken + from, shown, peak - from));
    if (best.size() > kept) {
      best.remove();
    }
  }

  /** What was collected so far, in the order in which the features were named. */
  public List<Summary> summaries() {
    List<Summary> summaries = new ArrayList<>();
    for (Collected feature : features) {
      List<Place> places = new ArrayList<>(feature.best);
      places.sort(WORST_FIRST.reversed());
      summaries.add(
          new Summary(
              feature.id,
              rows == 0 ? 0 : (double) feature.active / rows,
              feature.max,
              feature.active == 0 ? 0 : feature.sum / feature.active,
              feature.histogram(),
              List.copyOf(places)));
    }
    return summaries;
  }
}
