package dev.simoom.models.text;

import java.io.IOException;
import java.nio.file.Path;

/** A tokenizer file that cannot be read; the message names the file and what is wrong in it. */
public final class TokenizerFileException extends IOException {
  private static final long serialVersionUID = 1L;

  TokenizerFileException(Path file, String problem) {
    super(file + ": " + problem);
  }

  TokenizerFileException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
