package dev.simoom.models.sae.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.simoom.models.sae.Normalisation;
import dev.simoom.models.sae.SaeConfig;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.sae.Sparsity;
import dev.simoom.tensor.files.Mutants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broken settings are refused in words, and what they claim takes no memory. */
class SaeLayoutFuzzTest {
  @TempDir Path folder;

  private void run(String... settings) throws IOException {
    List<Mutants.Seed> seeds =
        List.of(settings).stream().map(json -> new Mutants.Seed(json.getBytes(UTF_8))).toList();
    new Mutants(
            folder.resolve(LayoutConfig.NAME),
            SaeLayoutException.class,
            file -> SaeLayout.read(file.getParent()).close())
        .run(seeds);
  }

  @Test
  void settingsOfSaeLensAreReadOrRefused() throws IOException {
    TheirSae now =
        new TheirSae("topk", 1)
            .with("rescale_acts_by_decoder_norm", "true")
            .with("apply_b_dec_to_input", "false")
            .with("normalize_activations", "\"layer_norm\"")
            .with("metadata", "{\"sae_lens_version\": \"6.18.0\", \"hook_name\": null}");
    TheirSae once =
        new TheirSae("standard", 1)
            .with("activation_fn_str", "\"topk\"")
            .with("activation_fn_kwargs", "{\"k\": 3}")
            .with("finetuning_scaling_factor", "false");
    now.write(folder);
    run(now.json(), once.json());
  }

  @Test
  void settingsOfSparsifyAreReadOrRefused() throws IOException {
    SaeConfig config = new SaeConfig(6, 12, new Sparsity.TopK(3, true), Normalisation.NONE);
    try (SparseAutoencoder sae = new SparseAutoencoder(config)) {
      SaeLayout.SPARSIFY.write(sae, folder);
    }
    String written = Files.readString(folder.resolve(LayoutConfig.NAME));
    run(written, "{\"d_in\": 6, \"expansion_factor\": 2, \"num_latents\": 0, \"k\": 3}");
  }
}
