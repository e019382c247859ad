package dev.simoom.models.pretrained;

import dev.simoom.tensor.files.Mutants;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broken configurations are read or refused with their own exception. */
final class ConfigFuzzTest {
  @TempDir Path folder;

  @Test
  void everyMutantIsReadOrRefused() throws IOException {
    List<Mutants.Seed> seeds =
        Stream.of(
                TinyModels.GPT2_CONFIG,
                TinyModels.LLAMA_CONFIG,
                TinyModels.QWEN2_CONFIG,
                TinyModels.QWEN3_CONFIG)
            .map(json -> new Mutants.Seed(json.getBytes(StandardCharsets.UTF_8)))
            .toList();
    new Mutants(folder.resolve("config.json"), PretrainedException.class, file -> read())
        .run(seeds);
  }

  /** What is described takes memory by the number of layers. */
  private void read() throws IOException {
    PretrainedModel model = PretrainedModel.read(folder);
    if (model.layers() <= 4) {
      model.parameterCount();
    }
  }
}
