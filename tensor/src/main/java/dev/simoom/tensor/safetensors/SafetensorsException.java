package dev.simoom.tensor.safetensors;

import java.io.IOException;
import java.nio.file.Path;

/** A file that breaks the safetensors format, or lacks what is asked of it. */
public final class SafetensorsException extends IOException {
  private static final int LONGEST_NAME = 200;

  /** An error that concerns the whole file. */
  SafetensorsException(Path file, String problem) {
    super(file + ": " + problem);
  }

  /** An error that concerns one tensor. */
  SafetensorsException(Path file, String tensor, String problem) {
    super(file + ": tensor " + quote(tensor) + ": " + problem);
  }

  /** A name from a file between quotes, cut where it would drown the message. */
  static String quote(String name) {
    return name.length() <= LONGEST_NAME
        ? "'" + name + "'"
        : "'" + name.substring(0, LONGEST_NAME) + "...'";
  }
}
