package dev.simoom.models.genie.job;

import dev.simoom.models.genie.DynamicsModel;
import dev.simoom.models.genie.FrameShape;
import dev.simoom.models.genie.Genie;
import dev.simoom.models.genie.LatentActionModel;
import dev.simoom.models.genie.VideoTokenizer;
import dev.simoom.nn.Module;
import dev.simoom.nn.VectorQuantizer;
import dev.simoom.tensor.RandomStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The three models of a run.
 *
 * @param tokenizer makes codes of video
 * @param actions finds what happens between frames
 * @param dynamics draws the next frame's codes
 */
record GenieModels(VideoTokenizer tokenizer, LatentActionModel actions, DynamicsModel dynamics)
    implements AutoCloseable {
  private static final double COMMITMENT = 0.25;

  /** Models with new weights. */
  static GenieModels create(GenieConfig config) {
    GenieConfig.Coded t = config.tokenizer();
    FrameShape frame = config.tokenizerFrame();
    RandomStream random = new RandomStream(config.seed());
    VideoTokenizer tokenizer =
        VideoTokenizer.create(
            frame, config.frames(), t.encoder(), t.decoder(), quantizer(t, random), random);
    GenieConfig.Coded a = config.actions();
    LatentActionModel actions =
        LatentActionModel.create(
            config.actionFrame(),
            config.frames(),
            a.encoder(),
            a.decoder(),
            quantizer(a, random),
            random);
    DynamicsModel dynamics =
        DynamicsModel.create(
            t.codes(),
            a.latent(),
            frame.places(),
            config.frames(),
            config.dynamics().input(),
            config.dynamics().size(),
            random);
    return new GenieModels(tokenizer, actions, dynamics);
  }

  private static VectorQuantizer quantizer(GenieConfig.Coded coded, RandomStream random) {
    VectorQuantizer quantizer =
        VectorQuantizer.create(coded.codes(), coded.latent(), COMMITMENT, random);
    return coded.averages() == 0 ? quantizer : quantizer.withAverages(coded.averages());
  }

  /** The world that they are. */
  Genie genie(GenieConfig config) {
    return new Genie(tokenizer, actions.quantizer(), dynamics, config.frames());
  }

  Module of(Stage stage) {
    return switch (stage) {
      case TOKENIZER -> tokenizer;
      case ACTIONS -> actions;
      case DYNAMICS -> dynamics;
      case TRAINED -> throw new IllegalArgumentException("no model is trained any more");
    };
  }

  /** The file of a stage's model. */
  static Path file(Path folder, Stage stage) {
    return folder.resolve(name(stage) + ".safetensors");
  }

  static String name(Stage stage) {
    return stage.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Loads the models of the stages before one. */
  void load(Path folder, Stage before) throws IOException {
    for (Stage stage : Stage.values()) {
      if (stage.compareTo(before) < 0) {
        of(stage).load(file(folder, stage));
      }
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    actions.close();
    dynamics.close();
  }
}
