package dev.simoom.models.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.kernels.LiveBuffers;
import dev.simoom.models.lm.LanguageModel;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Folders as Hugging Face has them, against the models' formulas in double. */
final class PretrainedModelTest {
  private static final int TIME = 21;

  @TempDir Path folder;

  static int[] ids(int seed, int count) {
    return new Random(seed).ints(count, 0, TinyModels.VOCABULARY).toArray();
  }

  @ParameterizedTest
  @EnumSource
  void logitsAreThoseOfTheFormulas(TinyModels kind) throws IOException {
    PlainDecoder plain = kind.write(folder);
    int[] first = ids(1, TIME);
    int[] second = ids(2, TIME);
    try (LanguageModel model = PretrainedModel.open(folder);
        Scope _ = Scope.open()) {
      int[] both = new int[2 * TIME];
      System.arraycopy(first, 0, both, 0, TIME);
      System.arraycopy(second, 0, both, TIME, TIME);
      Tensor ids = Tensor.ofInts(Shape.of(2, TIME), both);
      Tensor logits = model.logits(ids);
      assertThat(logits.shape()).isEqualTo(Shape.of(2, TIME, TinyModels.VOCABULARY));
      assertClose(logits.select(0, 0), plain.logits(first));
      assertClose(logits.select(0, 1), plain.logits(second));
      for (int layer = 0; layer <= model.layers(); layer++) {
        Tensor stream = model.residual(ids, layer);
        assertThat(stream.shape()).isEqualTo(Shape.of(2, TIME, TinyModels.WIDTH));
        assertClose(model.logitsFrom(stream, layer).select(0, 0), plain.logits(first));
      }
    }
  }

  /** Within 1e-5 of the largest. */
  private static void assertClose(Tensor actual, double[][] expected) {
    float[] values = actual.toFloatArray();
    double largest = 0;
    for (double[] row : expected) {
      for (double v : row) {
        largest = Math.max(largest, Math.abs(v));
      }
    }
    for (int i = 0; i < values.length; i++) {
      double wanted = expected[i / expected[0].length][i % expected[0].length];
      assertThat((double) values[i]).as("logit %d", i).isCloseTo(wanted, within(1e-5 * largest));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theConfigurationSaysTheSizes(TinyModels kind) throws IOException {
    kind.write(folder);
    PretrainedModel described = PretrainedModel.read(folder);
    try (LanguageModel model = described.load()) {
      assertThat(described.vocabulary()).isEqualTo(TinyModels.VOCABULARY);
      assertThat(described.width()).isEqualTo(TinyModels.WIDTH);
      assertThat(described.layers()).isEqualTo(2);
      assertThat(described.type()).isSubstringOf(kind.name().toLowerCase(Locale.ROOT));
      assertThat(model.vocabulary()).isEqualTo(described.vocabulary());
      assertThat(model.context()).isEqualTo(described.context());
      assertThat(model.width()).isEqualTo(described.width());
      assertThat(model.layers()).isEqualTo(described.layers());
      assertThat(model.parameterCount()).isEqualTo(described.parameterCount());
    }
  }

  @ParameterizedTest
  @EnumSource
  void directEffectsAreWhatTheNormLetsThrough(TinyModels kind) throws IOException {
    kind.write(folder);
    try (LanguageModel model = PretrainedModel.open(folder);
        Scope _ = Scope.open()) {
      int last = model.layers();
      float[] values = new float[TinyModels.WIDTH];
      Random random = new Random(3);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      Tensor direction = Tensor.of(Shape.of(1, TinyModels.WIDTH), values);
      // Far out the norm's epsilon does not matter, and opposite points differ by the direction.
      Tensor ahead = model.logitsFrom(direction.mul(1e3), last);
      Tensor behind = model.logitsFrom(direction.mul(-1e3), last);
      float[] half = ahead.sub(behind).mul(0.5).toFloatArray();
      float[] effect = model.directEffect(direction).toFloatArray();
      float ratio = half[0] / effect[0];
      for (int i = 0; i < half.length; i++) {
        assertThat(half[i]).isCloseTo(ratio * effect[i], within(2e-4f));
      }
    }
  }

  @Test
  void whatDoesNotFitIsListedAndNothingIsLeft() throws IOException {
    TinyModels.QWEN2.write(folder);
    String config =
        TinyModels.QWEN2_CONFIG.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
    Files.writeString(folder.resolve("config.json"), config.replace("size\": 44", "size\": 45"));
    long before = LiveBuffers.bytes();
    assertThatThrownBy(() -> PretrainedModel.open(folder))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("model.safetensors.index.json: does not fit; missing: ")
        .hasMessageContaining("'layers.2.self_attn.q_proj.weight'")
        .hasMessageContaining(
            "'layers.0.mlp.gate_proj.weight' is F32[44, 32], needed is F32[45, 32]");
    Files.writeString(
        folder.resolve("config.json"),
        TinyModels.QWEN2_CONFIG.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"));
    assertThatThrownBy(() -> PretrainedModel.open(folder))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("unexpected: 'layers.1.self_attn.q_proj.weight'")
        .hasMessageNotContaining("missing");
    assertThat(LiveBuffers.bytes()).isEqualTo(before);
  }

  @Test
  void anUntiedModelLacksItsOutputLayerByName() throws IOException {
    TinyModels.QWEN3.write(folder);
    String config = TinyModels.QWEN3_CONFIG.replace("\"tie_word_embeddings\": true,", "");
    Files.writeString(folder.resolve("config.json"), config);
    assertThatThrownBy(() -> PretrainedModel.open(folder))
        .hasMessageEndingWith("model.safetensors: does not fit; missing: 'lm_head.weight'");
  }

  @Test
  void aFolderWithoutItsFilesIsRefused() throws IOException {
    assertThatThrownBy(() -> PretrainedModel.read(folder))
        .isInstanceOf(PretrainedException.class)
        .hasMessageContaining("config.json: is not there");
    Files.writeString(folder.resolve("config.json"), TinyModels.GPT2_CONFIG);
    assertThatThrownBy(() -> PretrainedModel.open(folder))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("neither model.safetensors nor model.safetensors.index.json");
  }
}
