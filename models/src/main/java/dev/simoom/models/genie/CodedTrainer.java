package dev.simoom.models.genie;

import dev.simoom.nn.Quantizer;
import dev.simoom.nn.VectorQuantizer;
import dev.simoom.optim.AdEMAMix;
import dev.simoom.optim.Optimizer;
import dev.simoom.optim.OptimizerOptions;
import dev.simoom.optim.ParameterGroup;
import dev.simoom.optim.Schedule;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
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

  private static final String DRAWN = "random";

  /** Pixels change that differ by more than this. */
  private static final double CHANGE = 0.02;

  private final CodedModel model;
  private final CodedTraining settings;
  private final Clips clips;
  private final Optimizer optimizer;
  private final Program continuous = Program.ofMany(x -> step(x.getFirst(), false));
  private final Program quantized = Program.ofMany(x -> step(x.getFirst(), true));
  private final Program revival = Program.of(this::revive);
  private final Program encoding;
  private final RandomStream random;
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
    random = new RandomStream(settings.seed() + 1);
    double peak = settings.learningRate();
    long rest = Math.max(1, settings.steps() - settings.warmup());
    AdEMAMix rule =
        AdEMAMix.defaults()
            .withLearningRate(
                Schedule.warmup(settings.warmup(), Schedule.cosine(peak, 0.05 * peak, rest)))
            .withBetas(0.9, 0.99, 0.999)
            .withAlpha(2)
            .withRamps(settings.steps())
            .withWeightDecay(settings.weightDecay());
    optimizer =
        Optimizer.of(
            rule,
            ParameterGroup.withDecayMask(trainable()),
            OptimizerOptions.none().withClipNorm(settings.clipNorm()));
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
    Tensor latents = model.latents(clip);
    Tensor vectors = latents;
    Tensor extra = Tensor.scalar(0);
    if (quantize) {
      Quantizer.Quantized codes = model.quantizer().quantize(latents);
      vectors = codes.output();
      extra = codes.loss().mul(settings.quantizerWeight());
      if (isLearnt()) {
        quantizer().observe(latents, codes.indices());
      }
    }
    Tensor target = model.target(clip);
    Tensor squares = model.decode(clip, vectors).sub(target).square();
    Tensor change = target.sub(model.previous(clip)).abs().gt(CHANGE);
    Tensor weight =
        Tensor.where(change, Tensor.scalar(1 + settings.changedWeight()), Tensor.scalar(1));
    Tensor loss = squares.mul(weight).mean().add(extra);
    optimizer.minimize(loss);
    return List.of(loss, squares.mean(), latents.copy());
  }

  private Tensor revive(Tensor latents) {
    quantizer().reviveUnused(latents, UNUSED, random);
    return Tensor.scalar(0);
  }

  /** Trains one step. */
  public Figures step() {
    long step = optimizer.stepCount();
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
        parts.add(encoding.run(clip(optimizer.stepCount() + batch)).toFloatArray());
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
    return optimizer.stepCount();
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
    optimizer.save(file, "optimizer.");
    file.metadata(DRAWN, Long.toString(random.counter()));
  }

  /** Takes moments and counters from a file. */
  public void load(SafetensorsFile file) throws IOException {
    optimizer.load(file, "optimizer.");
    random.restore(Draws.of(file, DRAWN));
  }

  /** Frees the programs and the optimizer's state, not the model. */
  @Override
  public void close() {
    continuous.close();
    quantized.close();
    revival.close();
    encoding.close();
    optimizer.close();
  }
}
