package dev.simoom.models.pretrained;

import java.io.IOException;
import java.nio.file.Path;

/** A config.json that cannot be read, or asks for something that we do not compute. */
public final class PretrainedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String key;

  /** What is wrong with the whole file. */
  PretrainedException(Path file, String problem) {
    super(file + ": " + problem);
    key = "";
  }

  /** What is wrong with one key, and what would be right. */
  PretrainedException(Path file, String key, String problem) {
    super("%s: key '%s' %s".formatted(file, key, problem));
    this.key = key;
  }

  /** The key in question, with those of the objects it lies in; empty where it is the file. */
  public String key() {
    return key;
  }
}
