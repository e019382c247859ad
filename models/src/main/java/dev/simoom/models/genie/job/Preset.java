package dev.simoom.models.genie.job;

import dev.simoom.models.game.PlatformGame;
import dev.simoom.models.genie.ActionInput;
import dev.simoom.models.genie.CodedTraining;
import dev.simoom.models.genie.DynamicsTraining;
import dev.simoom.models.genie.MaskSchedule;
import dev.simoom.models.genie.Sampling;
import dev.simoom.nn.SpatioTemporalTransformer.Size;

/** Documented configurations. */
public enum Preset {
  /** Trains on two cores in a quarter of an hour. */
  DEMO {
    @Override
    public GenieConfig config(String video, long seed) {
      Size tokens = new Size(64, 2, 2, 4, false);
      Size moves = new Size(48, 2, 2, 4, false);
      return new GenieConfig(
          "demo",
          video,
          PlatformGame.HEIGHT,
          PlatformGame.WIDTH,
          8,
          20_000,
          80,
          150,
          10,
          // Without blocks before the codes a patch has the same code wherever it is, and what
          // moves over the screen is easier to foresee.
          new GenieConfig.Coded(4, 1, 256, 32, 0.99, new Size(64, 2, 0, 4, false), tokens),
          new GenieConfig.Coded(4, 2, 8, 32, 0, new Size(48, 2, 1, 4, false), moves),
          new GenieConfig.Dynamics(ActionInput.ADD, new Size(96, 3, 3, 4, false)),
          new CodedTraining(1600, 1, 2e-3, 140, 140, 20, 0.1, 2, 1e-4, 1, seed),
          new CodedTraining(6000, 1, 2e-3, 50, 1500, 20, 0.1, 10, 1e-4, 1, seed + 1),
          new DynamicsTraining(5000, 1, 2e-3, 100, 0.5, 0.5, 0.1, 1e-4, 1, seed + 2),
          new Sampling(4, 0.9, MaskSchedule.COSINE, Sampling.Order.RANDOM),
          seed);
    }
  },
  /** The CoinRun case study of the paper, appendix F. */
  COINRUN {
    @Override
    public GenieConfig config(String video, long seed) {
      Size eight = new Size(512, 8, 8, 4, false);
      return new GenieConfig(
          "coinrun",
          video,
          64,
          64,
          16,
          10_000_000,
          10_000,
          1000,
          100,
          new GenieConfig.Coded(4, 1, 1024, 32, 0, eight, eight),
          new GenieConfig.Coded(16, 1, 6, 32, 0, eight, eight),
          new GenieConfig.Dynamics(ActionInput.ADD, new Size(512, 8, 12, 4, true)),
          new CodedTraining(300_000, 48, 3e-4, 10_000, 2000, 50, 1, 0, 1e-4, 1, seed),
          new CodedTraining(200_000, 36, 3e-4, 10_000, 2000, 50, 1, 0, 1e-4, 1, seed + 1),
          new DynamicsTraining(200_000, 36, 3e-5, 5000, 0.5, 0, 0, 1e-4, 1, seed + 2),
          new Sampling(25, 1, MaskSchedule.COSINE, Sampling.Order.CONFIDENCE),
          seed);
    }
  },
  /**
   * The Platformers model of the paper. The width of perceptrons is not published: here it is that
   * of the model, and the dynamics have 40 heads of 128 in place of 36, which makes 12.6 billion
   * parameters in place of 10.1.
   */
  PAPER {
    @Override
    public GenieConfig config(String video, long seed) {
      return new GenieConfig(
          "paper",
          video,
          90,
          160,
          16,
          Integer.MAX_VALUE,
          10_000,
          1000,
          100,
          new GenieConfig.Coded(
              4, 1, 1024, 32, 0, new Size(512, 8, 12, 1, false), new Size(1024, 16, 20, 1, false)),
          new GenieConfig.Coded(
              16, 1, 8, 32, 0, new Size(1024, 16, 20, 1, false), new Size(1024, 16, 20, 1, false)),
          new GenieConfig.Dynamics(ActionInput.ADD, new Size(5120, 40, 48, 1, true)),
          new CodedTraining(300_000, 384, 3e-4, 10_000, 2000, 50, 1, 0, 1e-4, 1, seed),
          new CodedTraining(125_000, 512, 3e-5, 5000, 2000, 50, 1, 0, 1e-4, 1, seed + 1),
          new DynamicsTraining(125_000, 512, 3e-5, 5000, 0.5, 0, 0, 1e-4, 1, seed + 2),
          new Sampling(25, 2, MaskSchedule.COSINE, Sampling.Order.CONFIDENCE),
          seed);
    }
  };

  /**
   * The configuration.
   *
   * @param video the user's, or empty for the built-in game
   */
  public abstract GenieConfig config(String video, long seed);
}
