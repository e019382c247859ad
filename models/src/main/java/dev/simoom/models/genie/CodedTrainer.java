package dev.simoom.models.genie;

import dev.simoom.nn.VectorQuantizer;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains a model with codes in its middle: at first without them, then with codes set to clusters
 * of what the encoder gives, of which the unused ones are revived now and then.
 */
public final class CodedTrainer implements AutoCloseable {
  /** A code is unused whose share is below this part of an equal share. */
  private static final double UNUSED = 0.1;

  /** Vectors that clusters are made of, and batches at most to get them from. */
  private static final int CLUSTERED = 4096;

  private static final int MOST_BATCHES = 64;

  private final CodedModel model;
  private final CodedTraining settings;
  private final Clips clips;
  private final TrainerState state;
  private final Program continuous = Program.ofMany(x -> step(x.getFirst(), false));
  private final Program quantized = Program.ofMany(x -> step(x.getFirst(), true));
  private final Program revival = Program.of(this::revive);
  private final Program encoding;
  private final Shape shape;
  private final float[] patches;

  /**
   * Figures of a step, before its update.
   *
   * @param loss what is minimised
   * @param error mean squared difference of pixels
   */
  public record Figures(double loss, double error) {}

  /** A trainer at step 0. */
  public CodedTrainer(CodedModel model, CodedTraining settings, Clips clips) {
    this.model = model;
    this.settings = settings;
    this.clips = clips;
    FrameShape frame = model.frame();
    shape = Shape.of(settings.batch(), clips.frames(), frame.places(), frame.features());
    patches = new float[Math.toIntExact(shape.elements())];
    state =
        TrainerState.of(
            trainable(),
            settings.steps(),
            settings.warmup(),
            settings.learningRate(),
            settings.weightDecay(),
            settings.clipNorm(),
            settings.seed() + 1);
    encoding = Program.of(model::latents);
  }

  /** All parameters but those that the quantizer moves itself. */
  private Map<String, Variable> trainable() {
    Map<String, Variable> all = new LinkedHashMap<>(model.module().parameters());
    if (isLearnt()) {
      all.values().removeAll(quantizer().parameters().values());
      quantizer().trainable().forEach((path, variable) -> all.put("quantizer." + path, variable));
    }
    return all;
  }

  private boolean isLearnt() {
    return model.quantizer() instanceof VectorQuantizer;
  }

  private VectorQuantizer quantizer() {
    return (VectorQuantizer) model.quantizer();
  }

  private List<Tensor> step(Tensor clip, boolean quantize) {
    CodedPass pass =
        quantize
            ? CodedPass.quantized(model, clip, settings.quantizerWeight(), settings.changedWeight())
            : CodedPass.continuous(model, clip, settings.changedWeight());
    if (pass.indices() != null && isLearnt()) {
      quantizer().observe(pass.latents(), pass.indices());
    }
    state.optimizer().minimize(pass.loss());
    return List.of(pass.loss(), pass.error(), pass.latents().copy());
  }

  private Tensor revive(Tensor latents) {
    quantizer().reviveUnused(latents, UNUSED, state.random());
    return Tensor.scalar(0);
  }

  /** Trains one step. */
  public Figures step() {
    long step = state.optimizer().stepCount();
    boolean quantize = !isLearnt() || step >= settings.continuous();
    if (isLearnt() && step == settings.continuous()) {
      setCodes();
    }
    try (Scope _ = Scope.open()) {
      List<Tensor> results = (quantize ? quantized : continuous).runAll(clip(step));
      if (isLearnt() && quantize && (step + 1) % settings.reviveEvery() == 0) {
        revival.run(results.get(2));
      }
      return new Figures(results.get(0).item(), results.get(1).item());
    }
  }

  /** Sets the codes to clusters of what the encoder gives for the clips of the next steps. */
  private void setCodes() {
    List<float[]> parts = new ArrayList<>();
    int count = 0;
    for (int batch = 0; batch < MOST_BATCHES && count < CLUSTERED * quantizer().width(); batch++) {
      try (Scope _ = Scope.open()) {
        parts.add(encoding.run(clip(state.optimizer().stepCount() + batch)).toFloatArray());
        count += parts.getLast().length;
      }
    }
    float[] rows = new float[count];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, rows, at, part.length);
      at += part.length;
    }
    quantizer().cluster(rows, settings.seed());
  }

  private Tensor clip(long step) {
    clips.patches(clips.draw(settings.batch(), settings.seed(), step), model.frame(), patches);
    return Tensor.of(shape, patches);
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
    return quantized.explain();
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

  /** Frees the programs and the optimizer's state, not the model. */
  @Override
  public void close() {
    continuous.close();
    quantized.close();
    revival.close();
    encoding.close();
    state.close();
  }
}
