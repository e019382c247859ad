package dev.simoom.models.job;

/** How far a run is. */
enum Stage {
  /** Training the language model. */
  MODEL,
  /** Training the autoencoder. */
  AUTOENCODER,
  /** Everything is trained. */
  TRAINED
}
