package dev.simoom.models.pretrained;

import dev.simoom.nn.Linear;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.StoredWeight;
import dev.simoom.tensor.safetensors.WeightLoading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The parameters of a model by path, as they were read. */
record Weights(Map<String, Variable> byPath) {
  static Weights load(Path folder, List<StoredWeight> weights, WeightLoading.Naming naming)
      throws IOException {
    return new Weights(WeightLoading.load(folder, weights, naming));
  }

  /** One that is there. */
  Variable get(String path) {
    return Objects.requireNonNull(byPath.get(path));
  }

  /** A layer, without a bias where none was asked for. */
  Linear linear(String path) {
    @Nullable Variable bias = byPath.get(path + ".bias");
    return new Linear(get(path + ".weight"), bias);
  }

  static long count(List<StoredWeight> weights) {
    return weights.stream().mapToLong(w -> w.shape().elements()).sum();
  }
}
