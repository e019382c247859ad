package dev.simoom.models.sae.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.simoom.models.sae.Normalisation;
import dev.simoom.models.sae.SaeConfig;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.sae.Sparsity;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Autoencoders of other libraries compute here what they compute there, and come back as they went.
 */
class SaeLayoutTest {
  private static final int WIDTH = TheirSae.WIDTH;
  private static final int LATENTS = TheirSae.LATENTS;

  @TempDir Path folder;

  private static Tensor rows() {
    return new RandomStream(3).normal(Shape.of(40, WIDTH)).mul(3).add(0.5);
  }

  /** Equal to a share of the largest number. */
  private static void same(Tensor actual, double[] expected, double tolerance) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    float[] numbers = actual.toFloatArray();
    assertThat(numbers).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) numbers[i]).isCloseTo(expected[i], offset(tolerance * largest));
    }
  }

  private static double[] doubles(Tensor tensor) {
    float[] floats = tensor.toFloatArray();
    double[] doubles = new double[floats.length];
    Arrays.setAll(doubles, i -> floats[i]);
    return doubles;
  }

  // ---------------------------------------------------------------- their formulas

  static List<TheirSae> theirs() {
    List<TheirSae> all = new ArrayList<>();
    for (String architecture : new String[] {"standard", "topk", "jumprelu", "gated"}) {
      all.add(new TheirSae(architecture, 1));
      all.add(new TheirSae(architecture, 2).with("apply_b_dec_to_input", "false"));
      all.add(new TheirSae(architecture, 3).with("normalize_activations", "\"layer_norm\""));
      all.add(
          new TheirSae(architecture, 4)
              .with("normalize_activations", "\"constant_norm_rescale\"")
              .with("apply_b_dec_to_input", "false"));
    }
    for (String architecture : new String[] {"topk", "batchtopk"}) {
      all.add(new TheirSae(architecture, 5).with("rescale_acts_by_decoder_norm", "true"));
      all.add(
          new TheirSae(architecture, 6)
              .with("rescale_acts_by_decoder_norm", "true")
              .with("apply_b_dec_to_input", "false"));
    }
    all.add(new TheirSae("batchtopk", 7).with("rescale_acts_by_decoder_norm", "false"));
    all.add(
        new TheirSae("standard", 8)
            .with("activation_fn_str", "\"topk\"")
            .with("activation_fn_kwargs", "{\"k\": 3}"));
    return all;
  }

  @ParameterizedTest
  @MethodSource("theirs")
  void saeLensFilesComputeWhatSaeLensDoes(TheirSae theirs) throws IOException {
    theirs.write(folder);
    Tensor x = rows();
    double[] all = doubles(x);
    double[] expected = new double[all.length];
    for (int r = 0; r < all.length; r += WIDTH) {
      double[] y = theirs.reconstruct(Arrays.copyOfRange(all, r, r + WIDTH));
      System.arraycopy(y, 0, expected, r, WIDTH);
    }
    try (SparseAutoencoder sae = SaeLayout.read(folder)) {
      same(sae.reconstruct(x), expected, 1e-5);
    }
  }

  @Test
  void sparsifyFilesComputeWhatSparsifyDoes() throws IOException {
    TheirSae numbers = new TheirSae("topk", 9);
    Map<String, double[]> weights = new LinkedHashMap<>();
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    double[] encoder = new double[LATENTS * WIDTH];
    Arrays.setAll(encoder, i -> numbers.weights.get("W_enc")[i % WIDTH * LATENTS + i / WIDTH]);
    weights.put("encoder.weight", encoder);
    weights.put("encoder.bias", numbers.weights.get("b_enc"));
    weights.put("W_dec", numbers.weights.get("W_dec"));
    weights.put("b_dec", numbers.weights.get("b_dec"));
    shapes.put("encoder.weight", List.of(LATENTS, WIDTH));
    shapes.put("encoder.bias", List.of(LATENTS));
    shapes.put("W_dec", List.of(LATENTS, WIDTH));
    shapes.put("b_dec", List.of(WIDTH));
    Files.write(folder.resolve("sae.safetensors"), TheirSae.file(weights, shapes));
    Files.writeString(
        folder.resolve("cfg.json"),
        "{\"expansion_factor\": 32, \"normalize_decoder\": true, \"num_latents\": 11, \"k\": 3,"
            + " \"multi_topk\": true, \"skip_connection\": false, \"d_in\": 6}");
    Tensor x = rows();
    double[] all = doubles(x);
    double[] expected = new double[all.length];
    for (int r = 0; r < all.length; r += WIDTH) {
      double[] y = numbers.reconstruct(Arrays.copyOfRange(all, r, r + WIDTH));
      System.arraycopy(y, 0, expected, r, WIDTH);
    }
    try (SparseAutoencoder sae = SaeLayout.read(folder)) {
      assertThat(sae.config().sparsity()).isEqualTo(new Sparsity.TopK(3, true));
      same(sae.reconstruct(x), expected, 1e-5);
    }
  }

  // ---------------------------------------------------------------- there and back

  static List<SaeConfig> ours() {
    List<SaeConfig> all = new ArrayList<>();
    for (Sparsity sparsity :
        new Sparsity[] {
          new Sparsity.TopK(3),
          new Sparsity.ReluL1(0),
          new Sparsity.JumpRelu(0),
          new Sparsity.Gated(0)
        }) {
      for (Normalisation normalisation : Normalisation.values()) {
        all.add(new SaeConfig(WIDTH, LATENTS, sparsity, normalisation));
      }
    }
    return all;
  }

  private static SparseAutoencoder random(SaeConfig config) {
    RandomStream random = new RandomStream(4);
    SparseAutoencoder sae = new SparseAutoencoder(config);
    sae.parameters().values().forEach(p -> p.assign(random.normal(p.shape()).mul(0.3)));
    sae.threshold().assign(sae.threshold().value().abs());
    return sae;
  }

  @ParameterizedTest
  @MethodSource("ours")
  void throughSaeLensAndBack(SaeConfig config) throws IOException {
    Path to = folder.resolve("new/folder");
    try (SparseAutoencoder sae = random(config)) {
      SaeLayout.SAELENS.write(sae, to);
      try (SparseAutoencoder back = SaeLayout.read(to)) {
        boolean unit = config.normalisation() == Normalisation.UNIT_NORM;
        assertThat(back.config())
            .isEqualTo(unit ? config.withNormalisation(Normalisation.LAYER_NORM) : config);
        // Their 1e-5 beside a standard deviation of about 3.
        Tensor x = rows();
        same(back.reconstruct(x), doubles(sae.reconstruct(x)), unit ? 3e-5 : 1e-6);
        back.parameters()
            .forEach(
                (name, parameter) -> {
                  if (!unit) {
                    Tensor original = sae.parameters().get(name).value();
                    assertThat(parameter.value().toFloatArray())
                        .as(name)
                        .containsExactly(original.toFloatArray());
                  }
                });
      }
    }
  }

  @Test
  void throughSparsifyAndBack() throws IOException {
    SaeConfig config =
        new SaeConfig(WIDTH, LATENTS, new Sparsity.TopK(3, true), Normalisation.NONE);
    try (SparseAutoencoder sae = random(config)) {
      SaeLayout.SPARSIFY.write(sae, folder);
      try (SparseAutoencoder back = SaeLayout.read(folder)) {
        assertThat(back.config()).isEqualTo(config);
        same(back.reconstruct(rows()), doubles(sae.reconstruct(rows())), 1e-6);
      }
    }
  }

  @Test
  void whatALayoutCannotSayIsRefusedAndNothingWritten() {
    SaeConfig topK = SaeConfig.topK(WIDTH, LATENTS, 3);
    refused(SaeLayout.SPARSIFY, topK, "(unit-norm)");
    SaeConfig relu = topK.withSparsity(new Sparsity.ReluL1(1));
    refused(SaeLayout.SPARSIFY, relu, "TopK autoencoders alone");
    refused(SaeLayout.SAELENS, topK.withSparsity(new Sparsity.BatchTopK(3)), "BatchTopK[k=3]");
    SaeConfig matryoshka = topK.withSparsity(Sparsity.Matryoshka.halves(3, LATENTS));
    refused(SaeLayout.SAELENS, matryoshka, "what training ends in");
    try (SparseAutoencoder sae = random(topK.withSparsity(new Sparsity.JumpRelu(0)))) {
      sae.threshold().assign(sae.threshold().value().neg());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SaeLayout.SAELENS.write(sae, folder.resolve("none")))
          .withMessageContaining("thresholds below 0");
    }
    assertThat(folder.resolve("none")).doesNotExist();
  }

  private void refused(SaeLayout layout, SaeConfig config, String reason) {
    try (SparseAutoencoder sae = random(config)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> layout.write(sae, folder.resolve("none")))
          .withMessageContaining(reason);
    }
  }

  // ---------------------------------------------------------------- files that are wrong

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "d_in | 0 | cfg.json: 'd_in' is 0 and should be a whole number above 0",
        "d_in | 7 | 'W_enc' has shape [6, 11] and by cfg.json should have [7, 11]",
        "d_sae | 2147483647 | 'W_enc' has shape [6, 11] and by cfg.json should have",
        "d_sae | 1e3 | 'd_sae' is 1000.0 and should be a whole number",
        "architecture | 7 | 'architecture' is 7 and should be a text",
        "architecture | \"transcoder\" | 'architecture' is \"transcoder\", and standard, topk",
        "architecture | \"gated\" | lacks the tensor 'b_gate' [11]",
        "k | 12 | 'k' is 12, more than the latents, 11",
        "k | \"3\" | 'k' is \"3\" and should be",
        "activation_fn | \"tanh-relu\" | 'activation_fn' is \"tanh-relu\", and relu and topk",
        "apply_b_dec_to_input | 1 | 'apply_b_dec_to_input' is 1 and should be true or false",
        "normalize_activations | \"expected_average_only_in\" |"
            + " fold_activation_norm_scaling_factor",
        "normalize_activations | \"batch\" | 'normalize_activations' is \"batch\", and none",
        "finetuning_scaling_factor | true | fold it into W_dec"
      })
  void theKeyAtFaultIsNamed(String key, String json, String complaint) throws IOException {
    new TheirSae("topk", 1).with(key, json).write(folder);
    assertThatThrownBy(() -> SaeLayout.read(folder))
        .isInstanceOf(SaeLayoutException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | cfg.json: lacks 'd_in', which should be a whole number above 0",
        "{\"d_in\": 6, \"k\": 600} | 'k' is 600, more than the latents, 192",
        "{\"d_in\": 6, \"expansion_factor\": 0} | 'expansion_factor' is 0",
        "{\"d_in\": 66666, \"expansion_factor\": 66666} | more latents than can be numbered",
        "{\"d_in\": 6, \"num_latents\": -1} | 'num_latents' is -1",
        "{\"d_in\": 6, \"activation\": \"groupmax\"} | 'activation' is \"groupmax\", and topk",
        "{\"d_in\": 6, \"transcode\": true} | 'transcode' is true, and autoencoders alone",
        "{\"d_in\": 6, \"skip_connection\": true} | 'skip_connection' is true",
        "{\"d_in\": 6, \"signed\": true} | 'signed' is true",
        "[6] | should be an object",
        "{\"d_in\" 6} | is not JSON"
      })
  void sparsifySettingsThatAreWrongAreNamed(String json, String complaint) throws IOException {
    Files.write(folder.resolve("sae.safetensors"), TheirSae.file(Map.of(), Map.of()));
    Files.writeString(folder.resolve("cfg.json"), json);
    assertThatThrownBy(() -> SaeLayout.read(folder))
        .isInstanceOf(SaeLayoutException.class)
        .hasMessageStartingWith(folder.resolve("cfg.json").toString())
        .hasMessageContaining(complaint);
  }

  @Test
  void aFolderOfSomethingElseIsRefused() {
    assertThatThrownBy(() -> SaeLayout.read(folder))
        .isInstanceOf(SaeLayoutException.class)
        .hasMessageContaining("neither sae_weights.safetensors nor sae.safetensors");
  }
}
