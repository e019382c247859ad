package dev.simoom.models.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.models.sae.Intervention;
import dev.simoom.models.sae.SaeConfig;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Logits of generation with an edited residual stream. */
class SteeredGeneratorTest {
  private static final int VOCABULARY = 30;
  private static final int CONTEXT = 20;
  private static final int WIDTH = 16;
  private static final int LAYERS = 2;
  private static final int PROMPT = 4;
  private static final int SILENT = 3;

  private final Transformer model =
      Transformer.create(
          new TransformerConfig(VOCABULARY, CONTEXT, WIDTH, 2, LAYERS), new RandomStream(3));
  private final SparseAutoencoder sae = new SparseAutoencoder(SaeConfig.topK(WIDTH, 24, 6));

  SteeredGeneratorTest() {
    RandomStream random = new RandomStream(5);
    model.parameters().values().forEach(p -> p.assign(random.normal(p.shape()).mul(0.5)));
    sae.parameters().values().forEach(p -> p.assign(random.normal(p.shape()).mul(0.5)));
    float[] bias = sae.encoderBias().value().toFloatArray();
    bias[SILENT] = -1000;
    sae.encoderBias().assign(Tensor.of(bias));
  }

  @AfterEach
  void close() {
    model.close();
    sae.close();
  }

  /** Texts of 4, 5, ... 26 tokens, beyond what the model sees. */
  private static List<Integer> tokens(int count) {
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add((7 * i * i + 3) % VOCABULARY);
    }
    return tokens;
  }

  private List<float[]> logits(int layer, UnaryOperator<Tensor> edit) {
    List<float[]> logits = new ArrayList<>();
    try (SteeredGenerator generator = new SteeredGenerator(model, layer, edit, PROMPT)) {
      for (int count = PROMPT; count <= 26; count += count == 5 ? 11 : 1) {
        logits.add(generator.next(tokens(count)));
      }
    }
    return logits;
  }

  private UnaryOperator<Tensor> edit(Map<Integer, Double> added, Integer... removed) {
    Intervention intervention =
        Intervention.of(new LinkedHashMap<>(added), new LinkedHashSet<>(List.of(removed)));
    return stream -> intervention.apply(sae, stream);
  }

  @Test
  void withoutAnEditItIsThePlainGenerator() {
    List<float[]> same = logits(1, stream -> stream);
    try (TextGenerator plain = new TextGenerator(model)) {
      int i = 0;
      for (int count = PROMPT; count <= 26; count += count == 5 ? 11 : 1) {
        float[] wanted = plain.next(tokens(count));
        float[] got = same.get(i++);
        for (int v = 0; v < VOCABULARY; v++) {
          assertThat(got[v]).isCloseTo(wanted[v], within(1e-4f));
        }
      }
      assertThat(same).hasSize(i);
    }
  }

  @Test
  void noStrengthAndFeaturesThatAreNeverActiveChangeNoBit() {
    List<float[]> plain = logits(1, stream -> stream);
    assertSameBits(logits(1, edit(Map.of(2, 0.0))), plain);
    assertSameBits(logits(1, edit(Map.of(), SILENT)), plain);
    assertThat(logits(1, edit(Map.of(2, 0.5))).getFirst()).isNotEqualTo(plain.getFirst());
    assertThat(logits(1, edit(Map.of(), 0, 1, 2, 4, 5, 6, 7, 8, 9, 10)).getFirst())
        .isNotEqualTo(plain.getFirst());
  }

  private static void assertSameBits(List<float[]> some, List<float[]> others) {
    assertThat(some).hasSameSizeAs(others);
    for (int i = 0; i < some.size(); i++) {
      assertThat(some.get(i)).isEqualTo(others.get(i));
    }
  }

  @Test
  void onlyPositionsThatTokensAreGeneratedFromAreEdited() {
    UnaryOperator<Tensor> edit = edit(Map.of(2, 0.7), 4, 5, 6, 7);
    try (SteeredGenerator generator = new SteeredGenerator(model, 1, edit, PROMPT)) {
      for (int count : new int[] {4, 6, 17, 22, 26}) {
        List<Integer> tokens = tokens(count);
        int first = Math.max(0, count - CONTEXT);
        int[] seen = tokens.subList(first, count).stream().mapToInt(i -> i).toArray();
        Tensor stream = model.residual(Tensor.ofInts(Shape.of(1, seen.length), seen), 1);
        int from = Math.max(0, PROMPT - 1 - first);
        Tensor parts =
            Tensor.concat(
                1, stream.slice(1, 0, from), edit.apply(stream).slice(1, from, seen.length));
        Tensor all = model.logitsFrom(parts, 1);
        float[] wanted = all.select(1, seen.length - 1L).toFloatArray();
        float[] got = generator.next(tokens);
        for (int v = 0; v < VOCABULARY; v++) {
          assertThat(got[v]).isCloseTo(wanted[v], within(1e-4f));
        }
      }
    }
  }

  /** The last row of the stream, edited, normed and read out, in double. */
  private double[] plain(List<Integer> tokens, int feature, double strength) {
    int[] ids = tokens.stream().mapToInt(i -> i).toArray();
    Tensor stream = model.residual(Tensor.ofInts(Shape.of(1, ids.length), ids), LAYERS);
    float[] row = stream.select(1, ids.length - 1L).toFloatArray();
    float[] direction = sae.decoderWeight().value().select(0, feature).toFloatArray();
    double norm = Math.sqrt(WIDTH * variance(doubles(row)));
    double[] edited = doubles(row);
    for (int j = 0; j < WIDTH; j++) {
      edited[j] += strength * norm * direction[j];
    }
    float[] gain = model.norm().weight().value().toFloatArray();
    float[] shift = model.norm().bias().value().toFloatArray();
    float[] unembedding = model.tokens().weight().value().toFloatArray();
    double mean = mean(edited);
    double deviation = Math.sqrt(variance(edited) + 1e-5);
    double[] logits = new double[VOCABULARY];
    for (int v = 0; v < VOCABULARY; v++) {
      for (int j = 0; j < WIDTH; j++) {
        double normed = (edited[j] - mean) / deviation * gain[j] + shift[j];
        logits[v] += normed * unembedding[v * WIDTH + j];
      }
    }
    return logits;
  }

  private static double[] doubles(float[] values) {
    double[] all = new double[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i];
    }
    return all;
  }

  private static double mean(double[] row) {
    double sum = 0;
    for (double v : row) {
      sum += v;
    }
    return sum / row.length;
  }

  private static double variance(double[] row) {
    double mean = mean(row);
    double sum = 0;
    for (double v : row) {
      sum += (v - mean) * (v - mean);
    }
    return sum / row.length;
  }

  @Test
  void aStrongFeatureRaisesTheTokensOfItsDirectEffect() {
    int feature = 2;
    model.norm().bias().assign(model.norm().bias().value().mul(0));
    float[] effect =
        model
            .directEffect(sae.decoderWeight().value().slice(0, feature, feature + 1L))
            .toFloatArray();
    List<Integer> tokens = tokens(PROMPT);
    for (double strength : new double[] {0.3, -1, 1000}) {
      float[] logits = logits(LAYERS, edit(Map.of(feature, strength))).getFirst();
      double[] wanted = plain(tokens, feature, strength);
      for (int v = 0; v < VOCABULARY; v++) {
        assertThat((double) logits[v]).isCloseTo(wanted[v], within(1e-3));
      }
      assertThat(strength < 1000 || likeliest(logits) == likeliest(effect)).isTrue();
    }
    assertThat(likeliest(logits(LAYERS, stream -> stream).getFirst()))
        .isNotEqualTo(likeliest(effect));
  }

  private static int likeliest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  @Test
  void thePromptMustBeThere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SteeredGenerator(model, 1, stream -> stream, 0))
        .withMessageContaining("at least one token");
    try (SteeredGenerator generator = new SteeredGenerator(model, 1, stream -> stream, PROMPT)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> generator.next(tokens(3)))
          .withMessageContaining("3 tokens are fewer than the prompt's 4");
    }
  }
}
