package dev.simoom.tensor.gguf;

import java.io.IOException;
import java.nio.file.Path;

/** A file that breaks the GGUF format, or lacks what is asked of it. */
public final class GgufException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_NAME = 200;

  GgufException(Path file, String problem) {
    super(file + ": " + problem);
  }

  /** A name from a file between quotes, cut where it would drown the message. */
  static String quote(String name) {
    return name.length() <= LONGEST_NAME
        ? "'" + name + "'"
        : "'" + name.substring(0, LONGEST_NAME) + "...'";
  }
}
