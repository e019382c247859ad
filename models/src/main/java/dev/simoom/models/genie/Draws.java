package dev.simoom.models.genie;

import dev.simoom.tensor.safetensors.SafetensorsFile;
import java.io.IOException;

/** How many random numbers a trainer had drawn, in the metadata of its state. */
final class Draws {
  private Draws() {}

  static long of(SafetensorsFile state, String key) throws IOException {
    try {
      return Long.parseLong(state.metadata().getOrDefault(key, ""));
    } catch (NumberFormatException e) {
      throw new IOException(state.path() + " says not how many random numbers were drawn", e);
    }
  }
}
