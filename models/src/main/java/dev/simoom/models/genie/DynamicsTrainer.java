package dev.simoom.models.genie;

import dev.simoom.kernels.DType;
import dev.simoom.nn.Quantizer;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;

/** Trains a {@link DynamicsModel} on clips of codes and latent actions. */
public final class DynamicsTrainer implements AutoCloseable {
  private final DynamicsModel model;
  private final Quantizer actions;
  private final DynamicsTraining settings;
  private final CodedClips clips;
  private final TrainerState state;
  private final Program program;

  /**
   * A trainer at step 0.
   *
   * @param actions the latent actions, which stay as they are
   */
  public DynamicsTrainer(
      DynamicsModel model, Quantizer actions, DynamicsTraining settings, CodedClips clips) {
    this.model = model;
    this.actions = actions;
    this.settings = settings;
    this.clips = clips;
    state =
        TrainerState.of(
            model.parameters(),
            settings.steps(),
            settings.warmup(),
            settings.learningRate(),
            settings.weightDecay(),
            settings.clipNorm(),
            settings.seed() + 2);
    program =
        Program.of(
            (tokens, moves) -> {
              Tensor vectors = actions.lookup(moves).stopGradient();
              Tensor masked =
                  masked(
                      tokens.shape(), settings.leastMasked(), settings.cleanPast(), state.random());
              Tensor told = told(tokens, model.codes(), settings.corrupted(), state.random());
              Tensor loss = model.loss(tokens, told, masked, vectors, true);
              state.optimizer().minimize(loss);
              return loss;
            });
  }

  /**
   * Which codes of [batch, frames, places] are masked: none of the first frame, and a share of the
   * others that is drawn for each clip.
   */
  static Tensor masked(Shape shape, double least, double cleanPast, RandomStream random) {
    Shape each = Shape.of(shape.extent(0), 1, 1);
    Tensor rate = random.uniform(each).mul(1 - least).add(least);
    Tensor hit = random.uniform(shape).lt(rate);
    // The first frame that may be masked: 1, or any for clips with a clean past.
    Tensor clean = random.uniform(each).lt(cleanPast);
    Tensor any = random.uniform(each).mul(shape.extent(1) - 1).add(1);
    Tensor from = Tensor.where(clean, any, Tensor.scalar(1)).cast(DType.I32);
    Tensor frame = Tensor.iota(Shape.of(shape.extent(1), 1), 0);
    return hit.and(frame.ge(from));
  }

  /**
   * The codes [batch, frames, places] with some replaced by any of as many as there are: none of
   * the first frame, and a share of the others that is drawn for each clip.
   */
  static Tensor told(Tensor tokens, int codes, double most, RandomStream random) {
    if (most == 0) {
      return tokens;
    }
    Shape shape = tokens.shape();
    Tensor rate = random.uniform(Shape.of(shape.extent(0), 1, 1)).mul(most);
    Tensor later = Tensor.iota(Shape.of(shape.extent(1), 1), 0).gt(0);
    Tensor wrong = random.uniform(shape).lt(rate).and(later);
    Tensor any = random.uniform(shape).mul(codes).cast(DType.I32);
    // Rounding may make a draw below 1 as large as the number of codes.
    Tensor last = Tensor.full(Shape.SCALAR, DType.I32, codes - 1);
    return Tensor.where(wrong, any.minimum(last), tokens);
  }

  /** Trains one step and gives the loss before it, in nats per masked code. */
  public float step() {
    int[] drawn = clips.draw(settings.batch(), settings.seed(), state.optimizer().stepCount());
    try (Scope _ = Scope.open()) {
      return program.run(clips.codes(drawn), clips.actions(drawn)).item();
    }
  }

  /** Steps done. */
  public long stepCount() {
    return state.optimizer().stepCount();
  }

  /** Whether all steps are done. */
  public boolean isDone() {
    return stepCount() >= settings.steps();
  }

  /** What the compiled step consists of. */
  public String explain() {
    return program.explain();
  }

  /** Adds moments and counters to a file. */
  public void save(SafetensorsWriter file) {
    state.save(file);
  }

  /**
   * Takes moments and counters from a file.
   *
   * @throws IOException if the file is not the state of such a trainer
   */
  public void load(SafetensorsFile file) throws IOException {
    state.load(file);
  }

  /** Frees the program and the optimizer's state, not the model. */
  @Override
  public void close() {
    program.close();
    state.close();
  }
}
