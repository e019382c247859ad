package dev.simoom.models.pretrained;

import dev.simoom.models.text.TinyTokenizer;
import java.io.IOException;
import java.nio.file.Path;

/** The folder of a tiny GPT-2 with its tokenizer, for tests of other packages. */
public final class TinyFolder {
  /** Positions of the model. */
  public static final int CONTEXT = 24;

  /** More than the tokenizer has, as in models that were padded. */
  public static final int VOCABULARY = 350;

  private TinyFolder() {}

  /** Writes config.json, model.safetensors and tokenizer.json. */
  public static void write(Path folder) throws IOException {
    TinyModels.gpt2(folder, "transformer.", VOCABULARY);
    TinyTokenizer.write(folder);
  }
}
