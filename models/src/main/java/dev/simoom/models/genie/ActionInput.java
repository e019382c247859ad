package dev.simoom.models.genie;

/** How a {@link DynamicsModel} is told the action that leads to a frame. */
public enum ActionInput {
  /** Added to every token of the frame, as in the paper. */
  ADD,
  /** Beside the features of every token of the frame, which a linear layer then joins. */
  CONCATENATE
}
