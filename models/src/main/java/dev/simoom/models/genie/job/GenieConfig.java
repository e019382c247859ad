package dev.simoom.models.genie.job;

import dev.simoom.models.genie.ActionInput;
import dev.simoom.models.genie.CodedTraining;
import dev.simoom.models.genie.DynamicsTraining;
import dev.simoom.models.genie.FrameShape;
import dev.simoom.models.genie.Sampling;
import dev.simoom.nn.SpatioTemporalTransformer.Size;

/**
 * The settings of a run, as they stand in its {@code config.json}.
 *
 * @param preset the name of the configuration it was made from
 * @param video the user's video, or empty for recordings of the built-in game
 * @param height pixels of a frame
 * @param width pixels of a frame
 * @param frames of a clip
 * @param maxFrames of the user's video that are read at most
 * @param episodes recordings of the game to train on
 * @param episodeFrames frames of each
 * @param heldOut recordings kept for evaluation
 * @param tokenizer the tokenizer
 * @param actions the model of actions
 * @param dynamics the dynamics
 * @param tokenizerTraining how the first is trained
 * @param actionTraining how the second is
 * @param dynamicsTraining how the third is
 * @param sampling how frames are drawn
 * @param seed of everything random
 */
public record GenieConfig(
    String preset,
    String video,
    int height,
    int width,
    int frames,
    long maxFrames,
    int episodes,
    int episodeFrames,
    int heldOut,
    Coded tokenizer,
    Coded actions,
    Dynamics dynamics,
    CodedTraining tokenizerTraining,
    CodedTraining actionTraining,
    DynamicsTraining dynamicsTraining,
    Sampling sampling,
    long seed) {
  /**
   * A model with codes in its middle.
   *
   * @param patch pixels along a patch's side
   * @param shrink pixels along each side whose mean the model sees as one
   * @param codes how many
   * @param latent features of a code
   * @param averages decay of the moving averages that move the codes, or 0 where their gradient
   *     does
   * @param encoder its size
   * @param decoder its size
   */
  public record Coded(
      int patch, int shrink, int codes, int latent, double averages, Size encoder, Size decoder) {}

  /**
   * The dynamics model.
   *
   * @param input how it is told actions
   * @param size its size
   */
  public record Dynamics(ActionInput input, Size size) {}

  /** The same with other ways of training. */
  public GenieConfig withTraining(
      CodedTraining newTokenizer, CodedTraining newActions, DynamicsTraining newDynamics) {
    return new GenieConfig(
        preset,
        video,
        height,
        width,
        frames,
        maxFrames,
        episodes,
        episodeFrames,
        heldOut,
        tokenizer,
        actions,
        dynamics,
        newTokenizer,
        newActions,
        newDynamics,
        sampling,
        seed);
  }

  /** The frames as the tokenizer sees them. */
  public FrameShape tokenizerFrame() {
    return new FrameShape(height, width, tokenizer.patch, tokenizer.shrink);
  }

  /** The frames as the model of actions sees them. */
  public FrameShape actionFrame() {
    return new FrameShape(height, width, actions.patch, actions.shrink);
  }

  /** Whether it learns from recordings of the built-in game. */
  boolean playsGame() {
    return video.isEmpty();
  }
}
