package dev.simoom.models.genie.job;

/** How far a run is. */
enum Stage {
  /** Training the tokenizer. */
  TOKENIZER,
  /** Training the model of actions. */
  ACTIONS,
  /** Training the dynamics. */
  DYNAMICS,
  /** Everything is trained. */
  TRAINED
}
