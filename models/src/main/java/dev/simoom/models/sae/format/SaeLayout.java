package dev.simoom.models.sae.format;

import dev.simoom.models.sae.Normalisation;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.sae.Sparsity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How another library lays an autoencoder out in a folder. What is written and read back
 * reconstructs the same; what serves training alone, such as the weight of a penalty, is not part
 * of a layout and comes back as 0.
 */
public enum SaeLayout {
  /**
   * SAELens 6: {@code cfg.json} and {@code sae_weights.safetensors}.
   *
   * <p>Read are the architectures standard, topk, jumprelu and gated, and batchtopk and
   * matryoshka_batchtopk as saved in training, which become {@link Sparsity.JumpRelu} as they do
   * there. Written are {@link Sparsity.ReluL1}, {@link Sparsity.TopK}, {@link Sparsity.JumpRelu}
   * and {@link Sparsity.Gated}. {@link Normalisation#UNIT_NORM} is written as layer_norm, the
   * factor between them folded into the biases; SAELens then adds 1e-5 to the standard deviation of
   * each row, which changes normalised rows by 1e-5 over that deviation.
   */
  SAELENS(SaeLensLayout.WEIGHTS),
  /**
   * EleutherAI's sparsify 1.3: {@code cfg.json} and {@code sae.safetensors}; {@link Sparsity.TopK}
   * alone, and rows as they are.
   */
  SPARSIFY(SparsifyLayout.WEIGHTS);

  private final String weights;

  SaeLayout(String weights) {
    this.weights = weights;
  }

  /** As users write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return label();
  }

  /**
   * Writes an autoencoder.
   *
   * @param folder is made if it is not there
   * @throws IllegalArgumentException if the layout has no place for what the autoencoder is;
   *     nothing is written then
   * @throws IOException if the files cannot be written
   */
  public void write(SparseAutoencoder sae, Path folder) throws IOException {
    switch (this) {
      case SAELENS -> SaeLensLayout.write(sae, folder);
      case SPARSIFY -> SparsifyLayout.write(sae, folder);
    }
  }

  /**
   * Reads the autoencoder in a folder, in whichever of the layouts it is.
   *
   * @throws SaeLayoutException if the folder has none of them, or a setting is missing, wrong or
   *     means what there is nothing for here
   * @throws IOException if a file cannot be read
   */
  public static SparseAutoencoder read(Path folder) throws IOException {
    return switch (of(folder)) {
      case SAELENS -> SaeLensLayout.read(folder);
      case SPARSIFY -> SparsifyLayout.read(folder);
    };
  }

  private static SaeLayout of(Path folder) throws SaeLayoutException {
    for (SaeLayout layout : values()) {
      if (Files.exists(folder.resolve(layout.weights))) {
        return layout;
      }
    }
    throw new SaeLayoutException(
        folder,
        "holds no autoencoder of another library: neither %s nor %s is there"
            .formatted(SAELENS.weights, SPARSIFY.weights));
  }
}
