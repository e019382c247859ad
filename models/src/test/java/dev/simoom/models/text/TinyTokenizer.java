package dev.simoom.models.text;

import java.io.IOException;
import java.nio.file.Path;

/** The tokenizer.json of a tiny GPT-2, for tests of other packages. */
public final class TinyTokenizer {
  private static final int MERGES = 60;

  private TinyTokenizer() {}

  /** Writes it. */
  public static void write(Path folder) throws IOException {
    TokenizerFiles.GPT2.tokenizer(folder, MERGES);
  }
}
