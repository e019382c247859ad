package dev.simoom.tensor.gguf;

import java.io.IOException;
import java.nio.file.Path;

/** A file that breaks the GGUF format, or lacks what is asked of it. */
public final class GgufException extends IOException {
  private static final long serialVersionUID = 1L;

  GgufException(Path file, String problem) {
    super(file + ": " + problem);
  }
}
