package dev.simoom.models.job;

import dev.simoom.models.lm.LmTraining;
import dev.simoom.models.sae.Normalisation;
import java.util.List;

/**
 * Everything that decides the result of a {@code simoom sae} run; saved as {@code config.json}.
 *
 * @param text files and folders of text; empty for the JDK's sources
 * @param textBytes bytes of text at most
 * @param model a folder with a language model to read, or empty to train one
 * @param vocabulary tokens of the model
 * @param context positions that the model sees
 * @param width features of its residual stream
 * @param heads attention heads
 * @param blocks transformer blocks
 * @param lm how the language model is trained
 * @param layer the residual stream after how many blocks the autoencoder sees
 * @param activations a safetensors file of activations instead of text and model, or empty
 * @param tensor the tensor in that file, or empty for its only one
 * @param sae how the autoencoder is built and trained
 * @param features how many features the report shows
 * @param evaluationBatches batches of held-out windows that evaluations use
 * @param seed of everything random
 */
public record SaeJobConfig(
    List<String> text,
    long textBytes,
    String model,
    int vocabulary,
    int context,
    int width,
    int heads,
    int blocks,
    LmTraining lm,
    int layer,
    String activations,
    String tensor,
    SaeSettings sae,
    int features,
    int evaluationBatches,
    long seed) {

  /**
   * The autoencoder's part.
   *
   * @param latents number of latents
   * @param sparsity what keeps the code sparse
   * @param k how many are active for each activation; not used where there is a penalty
   * @param penalty weight of the penalty where there is one
   * @param penaltyWarmup steps over which that weight grows from 0
   * @param normalisation what is done to activations before they are encoded
   * @param kAux dead latents that the auxiliary loss revives
   * @param steps training steps
   * @param batch activations in each
   * @param buffer activations in the shuffling buffer
   * @param learningRate peak learning rate
   * @param deadAfterTokens activations without firing after which a latent counts as dead
   * @param auxiliaryLoss whether the auxiliary loss is used
   * @param tiedStart whether the encoder starts as the decoder's transpose
   */
  public record SaeSettings(
      int latents,
      SparsityChoice sparsity,
      int k,
      double penalty,
      long penaltyWarmup,
      Normalisation normalisation,
      int kAux,
      long steps,
      int batch,
      int buffer,
      double learningRate,
      long deadAfterTokens,
      boolean auxiliaryLoss,
      boolean tiedStart) {}

  /** Whether the language model comes from a folder and is not trained in the run. */
  public boolean readsModel() {
    return !model.isEmpty();
  }

  /** Whether the run trains on activations from a file. */
  public boolean readsActivations() {
    return !activations.isEmpty();
  }
}
