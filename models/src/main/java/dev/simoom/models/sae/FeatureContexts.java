package dev.simoom.models.sae;

import dev.simoom.models.report.Context;
import dev.simoom.models.report.Feature;
import dev.simoom.models.report.Histogram;
import dev.simoom.models.report.TokenWeight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Collects, over a stream of windows of tokens, where features are most active and how their
 * activations are distributed. The memory it needs grows with the dictionary, not with the stream.
 *
 * <p>A window is a stretch of tokens that belong together, such as a row of a language model's
 * batch. Each gives a feature at most one context, around its largest activation there, so that the
 * contexts of a feature are different places.
 */
public final class FeatureContexts {
  /** As many active latents of a row are worth looking at; the largest, where there are more. */
  public static final int MOST_ACTIVE = 256;

  private static final int BUCKETS = 64;

  private final int before;
  private final int after;
  private final int kept;
  private final @Nullable Collected[] features;
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

  /** A place while it is among the best. */
  private record Candidate(long firstToken, float[] activations, int peak) {
    float activation() {
      return activations[peak];
    }

    Place toPlace() {
      List<Float> boxed = new ArrayList<>(activations.length);
      for (float activation : activations) {
        boxed.add(activation);
      }
      return new Place(firstToken, boxed, peak);
    }
  }

  /** Order of places from the one to give up first to the best. */
  private static final Comparator<Candidate> WORST_FIRST =
      Comparator.comparingDouble((Candidate p) -> p.activation())
          .thenComparing(Comparator.comparingLong(Candidate::firstToken).reversed());

  /** What is known of a feature that was active. */
  private static final class Collected {
    private final int id;
    private final PriorityQueue<Candidate> best = new PriorityQueue<>(WORST_FIRST);
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
      int used = (int) (max / bucketWidth) + 1;
      return new Histogram(0, bucketWidth, Arrays.stream(counts).limit(used).boxed().toList());
    }
  }

  /**
   * Nothing collected yet.
   *
   * @param latents size of the dictionary
   * @param kept most places of each
   * @param before tokens shown before the peak, at most
   * @param after tokens shown after the peak, at most
   * @throws IllegalArgumentException if no place is to be kept, or a number of tokens is negative
   */
  public FeatureContexts(int latents, int kept, int before, int after) {
    if (kept < 1 || before < 0 || after < 0) {
      throw new IllegalArgumentException(
          "FeatureContexts: kept %d must be positive, before %d and after %d not negative"
              .formatted(kept, before, after));
    }
    this.kept = kept;
    this.before = before;
    this.after = after;
    features = new Collected[latents];
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
   * Adds windows of equal length.
   *
   * @param code of the rows of all windows, one window behind the other; fillers may follow
   * @param tokens rows of each window
   * @param firstTokens position in the stream of each window's first token
   * @throws IllegalArgumentException if there are fewer rows than the windows have
   */
  public void add(SparseCode code, int tokens, long[] firstTokens) {
    int k = Math.toIntExact(code.values().shape().extent(-1));
    float[] values = code.values().toFloatArray();
    int[] indices = code.indices().toIntArray();
    if (tokens < 1 || values.length / k < (long) tokens * firstTokens.length) {
      throw new IllegalArgumentException(
          "FeatureContexts: %d rows are not %d windows of %d"
              .formatted(values.length / k, firstTokens.length, tokens));
    }
    Map<Integer, float[]> activations = new LinkedHashMap<>();
    for (int window = 0; window < firstTokens.length; window++) {
      int first = window * tokens;
      for (int i = first * k; i < (first + tokens) * k; i++) {
        if (values[i] > 0) {
          int id = indices[i];
          activations.computeIfAbsent(id, _ -> new float[tokens])[i / k - first] = values[i];
          feature(id).add(values[i]);
        }
      }
      long firstToken = firstTokens[window];
      activations.forEach((id, row) -> offer(feature(id).best, row, firstToken));
      activations.clear();
    }
    rows += (long) tokens * firstTokens.length;
  }

  private Collected feature(int id) {
    Collected feature = features[id];
    if (feature == null) {
      feature = new Collected(id);
      features[id] = feature;
    }
    return feature;
  }

  private void offer(PriorityQueue<Candidate> best, float[] activations, long firstToken) {
    int peak = 0;
    for (int i = 1; i < activations.length; i++) {
      peak = activations[i] > activations[peak] ? i : peak;
    }
    if (best.size() == kept && activations[peak] < best.element().activation()) {
      return;
    }
    int from = Math.max(0, peak - before);
    int to = Math.min(activations.length, peak + after + 1);
    float[] shown = Arrays.copyOfRange(activations, from, to);
    best.add(new Candidate(firstToken + from, shown, peak - from));
    if (best.size() > kept) {
      best.remove();
    }
  }

  /**
   * What was collected of some features.
   *
   * @param ids the latents, in the order wanted
   */
  public List<Summary> summaries(int[] ids) {
    return Arrays.stream(ids).mapToObj(this::summary).toList();
  }

  private Summary summary(int id) {
    Collected feature = features[id];
    if (feature == null) {
      return new Summary(id, 0, 0, 0, Histogram.EMPTY, List.of());
    }
    return new Summary(
        id,
        (double) feature.active / rows,
        feature.max,
        feature.sum / feature.active,
        feature.histogram(),
        feature.best.stream().sorted(WORST_FIRST.reversed()).map(Candidate::toPlace).toList());
  }
}
