package dev.simoom.tensor.safetensors;

import dev.simoom.tensor.files.Names;
import java.io.IOException;
import java.nio.file.Path;

/** A file that breaks the safetensors format, or lacks what is asked of it. */
public final class SafetensorsException extends IOException {
  /** An error that concerns the whole file. */
  SafetensorsException(Path file, String problem) {
    super(file + ": " + problem);
  }

  /** An error that concerns one tensor. */
  SafetensorsException(Path file, String tensor, String problem) {
    super(file + ": tensor " + Names.quote(tensor) + ": " + problem);
  }
}
