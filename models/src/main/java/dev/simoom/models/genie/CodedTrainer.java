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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains a model with codes in its middle: at first without them, then with codes set to clusters
 * of what the encoder gives, of which the unused ones are revived now and then.
 */
final class CodedTrainer implements AutoCloseable {
  /** A code is unused whose share is below this part of an equal share. */
  private static final double UNUSED = 0.1;

  /** Steps whose vectors are gathered for the clusters. */
  private static final int GATHERED = 4;

  /** Pixels change that differ by more than this. */
  private static final double CHANGE = 0.02;

  private final CodedModel model;
  private final CodedTraining settings;
  private final Clips clips;
  private final Optimizer optimizer;
  private final Program continuous = Program.ofMany(x -> step(x.getFirst(), false));
  private final Program quantized = Program.ofMany(x -> step(x.getFirst(), true));
  private final Program revival;
  private final RandomStream random;
  private final Shape shape;
  private final float[] patches;
  private final float[] gathered;
  private int gatheredCount;

  /**
   * Figures of a step, before its update.
   *
   * @param loss what is minimised
   * @param error mean squared difference of pixels
   */
  record Figures(double loss, double error) {}

  /** A trainer at step 0. */
  CodedTrainer(CodedModel model, CodedTraining settings, Clips clips) {
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
    revival = Program.of(x -> revive(x));
    gathered =
        isLearnt()
            ? new float[Math.toIntExact(GATHERED * vectors() * quantizer().width())]
            : new float[0];
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
  Figures step() {
    long step = optimizer.stepCount();
    clips.patches(clips.draw(settings.batch(), settings.seed(), step), model.frame(), patches);
    boolean quantize = !isLearnt() || step >= settings.continuous();
    try (Scope _ = Scope.open()) {
      List<Tensor> results = (quantize ? quantized : continuous).runAll(Tensor.of(shape, patches));
      if (isLearnt()) {
        afterStep(step, results.get(2), quantize);
      }
      return new Figures(results.get(0).item(), results.get(1).item());
    }
  }

  private void afterStep(long step, Tensor latents, boolean quantize) {
    if (!quantize && step >= settings.continuous() - GATHERED) {
      float[] rows = latents.toFloatArray();
      System.arraycopy(rows, 0, gathered, gatheredCount, rows.length);
      gatheredCount += rows.length;
      if (step == settings.continuous() - 1) {
        quantizer().cluster(java.util.Arrays.copyOf(gathered, gatheredCount), settings.seed());
      }
    } else if (quantize && (step + 1) % settings.reviveEvery() == 0) {
      revival.run(latents);
    }
  }

  private long vectors() {
    long perClip =
        model instanceof CodedModel && model.module() instanceof VideoTokenizer
            ? (long) clips.frames() * model.frame().places()
            : clips.frames() - 1L;
    return settings.batch() * perClip;
  }

  long stepCount() {
    return optimizer.stepCount();
  }

  boolean isDone() {
    return stepCount() >= settings.steps();
  }

  String explain() {
    return quantized.explain();
  }

  /** Adds moments and counters to a file. */
  void save(SafetensorsWriter file) {
    optimizer.save(file, "optimizer.");
  }

  void load(SafetensorsFile file) throws IOException {
    optimizer.load(file, "optimizer.");
  }

  @Override
  public void close() {
    continuous.close();
    quantized.close();
    revival.close();
    optimizer.close();
  }
}
