package dev.simoom.models.sae.format;

import java.io.IOException;
import java.nio.file.Path;

/** A file that is not as its layout has it, or says what cannot be read here. */
public final class SaeLayoutException extends IOException {
  SaeLayoutException(Path file, String problem) {
    super(file + ": " + problem);
  }
}
