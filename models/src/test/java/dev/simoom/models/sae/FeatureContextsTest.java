package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import dev.simoom.models.report.Feature;
import dev.simoom.models.sae.FeatureContexts.Place;
import dev.simoom.models.sae.FeatureContexts.Summary;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Collected contexts against a search over the whole stream. */
class FeatureContextsTest {
  private static final int LATENTS = 20;
  private static final int TOKENS = 9;
  private static final int WINDOWS = 30;
  private static final int K = 4;

  private final float[][] dense = new float[WINDOWS * TOKENS][LATENTS];

  /** Random codes of some windows, also written into {@link #dense}. */
  private SparseCode codes(int fromWindow, int toWindow, SplittableRandom random) {
    int rows = (toWindow - fromWindow) * TOKENS;
    float[] values = new float[rows * K];
    int[] indices = new int[rows * K];
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < K; j++) {
        int latent = j * (LATENTS / K) + random.nextInt(LATENTS / K);
        float value = random.nextInt(3) == 0 ? 0 : (float) Math.exp(3 * random.nextGaussian());
        values[r * K + j] = latent == 7 ? 0 : value;
        indices[r * K + j] = latent;
        dense[fromWindow * TOKENS + r][latent] = values[r * K + j];
      }
    }
    Shape shape = Shape.of(rows, K);
    return new SparseCode(Tensor.of(shape, values), Tensor.ofInts(shape, indices));
  }

  /** The same with the first rows again behind it. */
  private static SparseCode withFillers(SparseCode code) {
    Tensor values = Tensor.concat(0, code.values(), code.values().slice(0, 0, 5));
    return new SparseCode(values, Tensor.concat(0, code.indices(), code.indices().slice(0, 0, 5)));
  }

  private static long[] starts(int from, int to) {
    long[] starts = new long[to - from];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = 1000L + (from + i) * TOKENS;
    }
    return starts;
  }

  @Test
  void placesAreTheBestOfEachWindowAndFiguresThoseOfTheWholeStream() {
    int[] features = {3, 11, 7, 16};
    FeatureContexts contexts = new FeatureContexts(LATENTS, 5, 4, 2);
    SplittableRandom random = new SplittableRandom(1);
    contexts.add(codes(0, 10, random), TOKENS, starts(0, 10));
    contexts.add(withFillers(codes(10, 11, random)), TOKENS, starts(10, 11));
    contexts.add(codes(11, WINDOWS, random), TOKENS, starts(11, WINDOWS));
    List<Summary> summaries = contexts.summaries(features);
    assertThat(summaries.stream().map(Summary::id)).containsExactly(3, 11, 7, 16);
    for (Summary summary : summaries) {
      check(summary);
    }
  }

  private void check(Summary summary) {
    int id = summary.id();
    List<Place> all = new ArrayList<>();
    double sum = 0;
    double max = 0;
    long active = 0;
    for (int w = 0; w < WINDOWS; w++) {
      int peak = 0;
      for (int t = 0; t < TOKENS; t++) {
        float value = dense[w * TOKENS + t][id];
        sum += value;
        max = Math.max(max, value);
        active += value > 0 ? 1 : 0;
        peak = value > dense[w * TOKENS + peak][id] ? t : peak;
      }
      if (dense[w * TOKENS + peak][id] > 0) {
        int from = Math.max(0, peak - 4);
        List<Float> shown = new ArrayList<>();
        for (int t = from; t < Math.min(TOKENS, peak + 3); t++) {
          shown.add(dense[w * TOKENS + t][id]);
        }
        all.add(new Place(1000L + w * TOKENS + from, shown, peak - from));
      }
    }
    all.sort(Comparator.comparing(Place::activation).reversed());
    assertThat(summary.places()).isEqualTo(all.subList(0, Math.min(5, all.size())));
    assertThat(summary.density()).isCloseTo((double) active / (WINDOWS * TOKENS), offset(1e-12));
    assertThat(summary.maxActivation()).isEqualTo(max);
    assertThat(summary.meanWhenActive())
        .isCloseTo(active == 0 ? 0 : sum / active, offset(1e-9 * Math.max(1, max)));
    checkHistogram(summary, active);
  }

  private void checkHistogram(Summary summary, long active) {
    List<Long> counts = summary.activations().counts();
    assertThat(counts.stream().mapToLong(Long::longValue).sum()).isEqualTo(active);
    double width = summary.activations().width();
    List<Long> expected = new ArrayList<>(Collections.nCopies(counts.size(), 0L));
    for (float[] row : dense) {
      float value = row[summary.id()];
      if (value > 0) {
        int bucket = (int) (value / width);
        expected.set(bucket, expected.get(bucket) + 1);
      }
    }
    assertThat(counts).isEqualTo(expected);
    if (active > 0) {
      assertThat(counts.getLast()).isPositive();
      assertThat(counts.size()).isBetween(32, 64);
    }
  }

  @Test
  void aSummaryBecomesAFeatureOfTheReport() {
    FeatureContexts contexts = new FeatureContexts(LATENTS, 2, 1, 1);
    Shape shape = Shape.of(3, 1);
    SparseCode code = new SparseCode(Tensor.of(shape, 0, 2, 1), Tensor.ofInts(shape, 0, 0, 0));
    contexts.add(code, 3, new long[] {40});
    Feature feature =
        contexts
            .summaries(new int[] {0})
            .getFirst()
            .toFeature(
                p -> p.toContext(List.of("a", "b", "c"), "doc", p.firstToken()),
                List.of(),
                List.of());
    assertThat(feature.contexts()).hasSize(1);
    assertThat(feature.contexts().getFirst().offset()).isEqualTo(40);
    assertThat(feature.contexts().getFirst().activations()).containsExactly(0f, 2f, 1f);
    assertThat(feature.contexts().getFirst().peak()).isEqualTo(1);
  }

  @Test
  void chosenFeaturesAreAliveAndSpreadOverTheDensities() {
    double[] density = new double[100];
    for (int i = 0; i < 100; i++) {
      density[i] = i % 2 == 0 ? 0 : i / 100.0;
    }
    int[] chosen = FeatureContexts.choose(density, 5);
    assertThat(chosen).containsExactly(89, 69, 49, 29, 9);
    assertThat(FeatureContexts.choose(density, 80)).hasSize(50);
    assertThat(FeatureContexts.choose(new double[3], 5)).isEmpty();
  }

  @Test
  void rowsThatAreTooFewAreRefused() {
    FeatureContexts contexts = new FeatureContexts(4, 1, 1, 1);
    Shape shape = Shape.of(3, 1);
    SparseCode code = new SparseCode(Tensor.of(shape, 1, 1, 1), Tensor.ofInts(shape, 1, 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> contexts.add(code, 2, new long[2]))
        .withMessageContaining("3 rows are not 2 windows of 2");
    assertThat(contexts.summaries(new int[] {1}).getFirst().places()).isEmpty();
  }
}
