package dev.simoom.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.Checkpoint;
import dev.simoom.tensor.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parameters by path: their order, the table of them, saving, loading and closing. */
final class ModuleTest {
  @TempDir Path folder;

  private record Tiny(
      Embedding tokens, List<TransformerBlock> blocks, LayerNorm norm, Embedding head)
      implements Module {
    static Tiny create(long seed) {
      RandomStream random = new RandomStream(seed);
      Embedding tokens = Embedding.create(1200, 4, Initializer.normal(0.02), random);
      List<TransformerBlock> blocks = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        blocks.add(TransformerBlock.create(4, 2, true, random));
      }
      return new Tiny(tokens, blocks, LayerNorm.create(4), new Embedding(tokens.weight()));
    }

    @Override
    public SequencedMap<String, Variable> parameters() {
      return Parameters.collect()
          .module("tokens", tokens)
          .modules("blocks", blocks)
          .module("norm", norm)
          .module("head", head)
          .toMap();
    }

    float[] numbers() {
      List<Tensor> flat = parameters().values().stream().map(v -> v.value().reshape(-1)).toList();
      return Tensor.concat(0, flat).toFloatArray();
    }
  }

  @Test
  void pathsFollowTheComputation() {
    try (Tiny model = Tiny.create(1)) {
      assertThat(model.parameters().sequencedKeySet())
          .startsWith("tokens.weight", "blocks.0.attentionNorm.weight")
          .endsWith("blocks.1.mlp.down.bias", "norm.weight", "norm.bias")
          .containsSubsequence(
              "blocks.0.attention.qkv.weight",
              "blocks.0.attention.qkv.bias",
              "blocks.0.attention.output.weight",
              "blocks.0.attention.output.bias",
              "blocks.0.mlpNorm.weight",
              "blocks.0.mlp.up.weight",
              "blocks.1.mlp.up.weight")
          .as("tied weights appear once")
          .doesNotContain("head.weight")
          .hasSize(1 + 2 * 12 + 2);
      assertThat(model.parameterCount()).isEqualTo(4800 + 2 * (8 + 60 + 20 + 8 + 80 + 68) + 8);
    }
  }

  @Test
  void aClosedModuleIsRefusedByTheNameOfAParameter() {
    Linear layer = Linear.create(2, 3, new RandomStream(1));
    Tensor x = Tensor.ones(Shape.of(1, 2));
    try (Program program = Program.of(in -> layer.forward(in))) {
      assertThat(program.run(x).shape()).isEqualTo(Shape.of(1, 3));
      layer.close();
      layer.close();
      for (ThrowingCallable use :
          List.<ThrowingCallable>of(() -> layer.forward(x), () -> program.run(x))) {
        assertThatThrownBy(use)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContainingAll("'linear weight'", "closed");
      }
    }
  }

  @Test
  void twoParametersCannotShareAPath() {
    Variable a = Doubles.variable(1, 2);
    Variable b = Doubles.variable(2, 2);
    assertThatThrownBy(() -> Parameters.collect().variable("w", a).variable("w", b))
        .hasMessage("two parameters have the path 'w'");
  }

  @Test
  void summaryIsATable() {
    RandomStream random = new RandomStream(1);
    try (Sequential model =
        Sequential.of(
            Linear.create(2, 300, random), Activation.GELU, Linear.create(300, 11, random))) {
      assertThat(model.summary())
          .isEqualToNormalizingNewlines(
              """
              path      shape          parameters
              -----------------------------------
              0.weight  F32 [2, 300]          600
              0.bias    F32 [300]             300
              2.weight  F32 [300, 11]       3,300
              2.bias    F32 [11]               11
              -----------------------------------
              total     16.4 KiB            4,211
              """);
    }
    assertThat(Sequential.of().summary()).contains("total").contains("0 B");
  }

  @Test
  void loadingGivesWhatWasSaved() throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (Tiny model = Tiny.create(1);
        Tiny other = Tiny.create(2)) {
      float[] saved = model.numbers();
      assertThat(other.numbers()).isNotEqualTo(saved);
      model.save(file);
      other.load(file);
      assertThat(other.numbers()).isEqualTo(saved);
    }
  }

  @Test
  void checkpointsKeepMetadataAndEveryType() throws IOException {
    Path file = folder.resolve("state.safetensors");
    Map<String, Variable> state = new LinkedHashMap<>();
    state.put("steps", Variable.of("steps", Tensor.ofInts(Shape.of(2), 7, -8)));
    state.put("half", Variable.of("half", Doubles.random(1, 3).cast(DType.BF16)));
    state.put("mask", Variable.of("mask", Doubles.random(2, 5).gt(0)));
    Checkpoint.save(file, state, Map.of("format", "1"));
    Map<String, Variable> fresh = new LinkedHashMap<>();
    state.forEach((k, v) -> fresh.put(k, Variable.zeros(k, v.shape(), v.dtype())));
    assertThat(Checkpoint.load(file, fresh)).containsExactly(Map.entry("format", "1"));
    state.forEach(
        (k, v) ->
            assertThat(fresh.get(k).value().cast(DType.F32).toFloatArray())
                .as(k)
                .isEqualTo(v.value().cast(DType.F32).toFloatArray()));
  }

  @Test
  void aFileThatDoesNotFitIsReportedWholeAndChangesNothing() throws IOException {
    Path file = folder.resolve("model.safetensors");
    RandomStream random = new RandomStream(1);
    try (Sequential stored =
            Sequential.of(
                Linear.create(2, 3, random), Activation.RELU, Linear.create(3, 5, random));
        Sequential other =
            Sequential.of(
                Linear.create(2, 3, random), Linear.create(3, 4, random), RmsNorm.create(4))) {
      stored.save(file);
      float[] before = other.parameters().get("0.weight").value().toFloatArray();
      assertThatThrownBy(() -> other.load(file))
          .isInstanceOf(SafetensorsException.class)
          .hasMessage(
              file
                  + ": does not fit"
                  + "; missing: '1.weight', '1.bias'"
                  + "; unexpected: '2.bias'"
                  + "; of another shape or type: '2.weight' is F32[3, 5], needed is F32[4]");
      assertThat(other.parameters().get("0.weight").value().toFloatArray()).isEqualTo(before);
    }
  }

  @Test
  void anIntegerOutOfRangeLeavesEveryVariableAsItWas() throws IOException {
    Path file = folder.resolve("state.safetensors");
    Variable weight = Doubles.variable(1, 2);
    Variable flags = Variable.of("flags", Tensor.ofInts(Shape.of(2), 0, 2));
    Map<String, Variable> stored = new LinkedHashMap<>();
    stored.put("weight", weight);
    stored.put("flags", flags);
    Checkpoint.save(file, stored, Map.of());
    Map<String, Variable> state = new LinkedHashMap<>();
    state.put("weight", Variable.zeros("weight", Shape.of(2), DType.F32));
    state.put("flags", Variable.zeros("flags", Shape.of(2), DType.BOOL));
    assertThatThrownBy(() -> Checkpoint.load(file, state)).hasMessageContaining("'flags'");
    assertThat(state.get("weight").value().toFloatArray()).containsExactly(0, 0);
  }

  @Test
  void closingFreesEveryParameter() {
    Tiny model = Tiny.create(1);
    Variable weight = model.blocks().get(1).mlp().up().weight();
    model.close();
    assertThatThrownBy(weight::segment).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> model.tokens().weight().segment())
        .isInstanceOf(IllegalStateException.class);
  }
}
