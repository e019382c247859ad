package dev.simoom.bench.work;

import dev.simoom.models.genie.CodedModel;
import dev.simoom.models.genie.CodedPass;
import dev.simoom.models.genie.CodedTraining;
import dev.simoom.models.genie.DynamicsModel;
import dev.simoom.models.genie.FrameShape;
import dev.simoom.models.genie.LatentActionModel;
import dev.simoom.models.genie.VideoTokenizer;
import dev.simoom.models.genie.job.GenieConfig;
import dev.simoom.models.genie.job.Preset;
import dev.simoom.nn.SpatioTemporalTransformer;
import dev.simoom.nn.SpatioTemporalTransformer.Size;
import dev.simoom.nn.VectorQuantizer;
import dev.simoom.optim.Optimizer;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A spatio-temporal transformer, and training steps of the models of {@code simoom genie}. */
final class GenieWorks {
  private static final double RATE = 1e-3;
  private static final double DECAY = 0.1;
  private static final double ALPHA = 2;
  private static final double COMMITMENT = 0.25;
  private static final int CODEBOOK_SEED = 50;
  private static final GenieConfig DEMO = Preset.DEMO.config("", 1);
  private static final FrameShape FRAME = DEMO.tokenizerFrame();

  private GenieWorks() {}

  static List<Work> all() {
    return List.of(
        block(4, 8, 192, new Size(96, 3, 1, 4, false)),
        block(1, 16, 256, new Size(512, 8, 1, 4, true)),
        coded("tokenizer", DEMO.tokenizer(), DEMO.tokenizerTraining(), false),
        coded("latent actions", DEMO.actions(), DEMO.actionTraining(), true),
        dynamics().brief(true));
  }

  // ---------------------------------------------------------------- blocks

  private static Work block(int batch, int frames, int places, Size size) {
    int width = size.width();
    double positions = (double) batch * frames * places;
    return Work.of(
            Family.GENIE,
            "spatio-temporal block B%d T%d N%d d%d H%d%s fwd+bwd"
                .formatted(
                    batch,
                    frames,
                    places,
                    width,
                    size.heads(),
                    size.headNorms() ? " head norms" : ""),
            spec("videoBlock", batch, frames, places, "size", spec(size)),
            Traced.of(() -> blockPlan(batch, frames, places, size)))
        .costing(flops(positions, frames, places, size), 4 * 4 * positions * width)
        .against(Work.EAGER, Work.COMPILED)
        .checked(1, 1e-3);
  }

  private static Traced.Plan blockPlan(int batch, int frames, int places, Size size) {
    SpatioTemporalTransformer blocks = SpatioTemporalTransformer.create(size, new RandomStream(1));
    Numbers.fill(blocks.parameters());
    return new Traced.Plan(
        List.of(
            Numbers.reals(1, batch, frames, places, size.width()),
            Numbers.reals(2, batch, frames, places, size.width())),
        List.of(blocks),
        in -> Differentiated.by(blocks, in.get(0), in.get(1)),
        results -> results);
  }

  // ---------------------------------------------------------------- models

  private static Work coded(
      String name, GenieConfig.Coded model, CodedTraining training, boolean actions) {
    FrameShape frame = actions ? DEMO.actionFrame() : FRAME;
    int batch = training.batch();
    double positions = (double) batch * DEMO.frames() * frame.places();
    int inputs = frame.features() * (actions ? 2 : 1);
    double ends =
        (double) (inputs + model.latent()) * model.encoder().width()
            + (double) (frame.features() + (actions ? frame.features() : model.latent()))
                * model.decoder().width();
    double flops =
        flops(positions, DEMO.frames(), frame.places(), model.encoder())
            + flops(positions, DEMO.frames(), frame.places(), model.decoder())
            + 6 * positions * ends;
    return step(
        name,
        spec(
            actions ? "latentActions" : "videoTokenizer",
            batch,
            DEMO.frames(),
            frame.places(),
            "features",
            frame.features(),
            "codes",
            model.codes(),
            "latent",
            model.latent(),
            "averages",
            model.averages(),
            "commitment",
            COMMITMENT,
            "quantizerWeight",
            training.quantizerWeight(),
            "changedWeight",
            training.changedWeight(),
            "encoder",
            spec(model.encoder()),
            "decoder",
            spec(model.decoder())),
        flops,
        () -> codedPlan(frame, model, training, actions));
  }

  private static Traced.Plan codedPlan(
      FrameShape frame, GenieConfig.Coded sizes, CodedTraining training, boolean actions) {
    RandomStream random = new RandomStream(1);
    VectorQuantizer quantizer = quantizer(sizes, random);
    Size encoder = sizes.encoder();
    Size decoder = sizes.decoder();
    int frames = DEMO.frames();
    CodedModel model =
        actions
            ? CodedModel.of(
                LatentActionModel.create(frame, frames, encoder, decoder, quantizer, random))
            : CodedModel.of(
                VideoTokenizer.create(frame, frames, encoder, decoder, quantizer, random));
    Map<String, Variable> others = new LinkedHashMap<>(model.module().parameters());
    others.values().removeAll(quantizer.parameters().values());
    Numbers.fill(others);
    quantizer.trainable().forEach((name, variable) -> others.put("quantizer." + name, variable));
    Optimizer optimizer = optimizer(others);
    return new Traced.Plan(
        List.of(pixels(training.batch(), frames, frame.places(), frame.features())),
        List.of(optimizer, model.module()),
        in -> {
          CodedPass pass =
              CodedPass.quantized(
                  model, in.getFirst(), training.quantizerWeight(), training.changedWeight());
          quantizer.observe(pass.latents(), pass.indices());
          optimizer.minimize(pass.loss());
          return List.of(pass.loss(), pass.error());
        },
        results -> results);
  }

  /** Numbers in [0, 1). */
  private static Tensor pixels(long... extents) {
    return Numbers.reals(1, extents).add(1).mul(0.5);
  }

  /** Codes as far apart as what an encoder of such weights gives. */
  private static VectorQuantizer quantizer(GenieConfig.Coded sizes, RandomStream random) {
    VectorQuantizer quantizer =
        VectorQuantizer.create(sizes.codes(), sizes.latent(), COMMITMENT, random);
    Numbers.fill(quantizer.codebook(), CODEBOOK_SEED, 0x1p-1, 0);
    return sizes.averages() == 0 ? quantizer : quantizer.withAverages(sizes.averages());
  }

  private static Work dynamics() {
    Size size = DEMO.dynamics().size();
    int codes = DEMO.tokenizer().codes();
    int batch = DEMO.dynamicsTraining().batch();
    double positions = (double) batch * DEMO.frames() * FRAME.places();
    double ends = (double) size.width() * (size.width() + codes);
    return step(
        "dynamics",
        spec(
            "videoDynamics",
            batch,
            DEMO.frames(),
            FRAME.places(),
            "codes",
            codes,
            "latent",
            DEMO.actions().latent(),
            "size",
            spec(size)),
        flops(positions, DEMO.frames(), FRAME.places(), size) + 6 * positions * ends,
        () -> dynamicsPlan(batch, codes, size));
  }

  private static Traced.Plan dynamicsPlan(int batch, int codes, Size size) {
    int frames = DEMO.frames();
    int latent = DEMO.actions().latent();
    DynamicsModel model =
        DynamicsModel.create(
            codes,
            latent,
            FRAME.places(),
            frames,
            DEMO.dynamics().input(),
            size,
            new RandomStream(1));
    Numbers.fill(model.parameters());
    Optimizer optimizer = optimizer(model.parameters());
    return new Traced.Plan(
        List.of(
            Numbers.integers(1, codes, batch, frames, FRAME.places()),
            Numbers.integers(2, 4, batch, frames, FRAME.places()),
            Numbers.reals(3, batch, frames - 1, latent)),
        List.of(optimizer, model),
        in -> {
          Tensor loss = model.loss(in.get(0), in.get(1).ge(1), in.get(2), true);
          optimizer.minimize(loss);
          return List.of(loss);
        },
        results -> results);
  }

  // ---------------------------------------------------------------- what they share

  private static Work step(
      String name, Map<String, Object> spec, double flops, Supplier<Traced.Plan> plan) {
    return Work.of(Family.GENIE, "genie step " + name, spec, Traced.of(plan))
        .costing(flops, 0)
        .against(Work.EAGER, Work.COMPILED)
        .checked(3, 1e-3);
  }

  private static Optimizer optimizer(Map<String, Variable> parameters) {
    return OptimizerWorks.clipped(parameters, RATE, ALPHA, DECAY);
  }

  /** Multiplications of all matrices with all positions, and of all pairs that see each other. */
  private static double flops(double positions, int frames, int places, Size size) {
    double width = size.width();
    double matrices = (8 + 2.0 * size.hiddenMultiple()) * width * width;
    double seen = places + (frames + 1) / 2.0;
    return size.blocks() * positions * (6 * matrices + 14 * seen * width);
  }

  private static Map<String, Object> spec(
      String op, int batch, int frames, int places, Object... more) {
    Map<String, Object> spec =
        Spec.of(op, "batch", batch, "frames", frames, "places", places, "rate", RATE);
    spec.putAll(Spec.of(op, more));
    spec.put("decay", DECAY);
    spec.put("alpha", ALPHA);
    return spec;
  }

  private static Map<String, Object> spec(Size size) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("width", size.width());
    spec.put("heads", size.heads());
    spec.put("blocks", size.blocks());
    spec.put("hiddenMultiple", size.hiddenMultiple());
    spec.put("headNorms", size.headNorms());
    return spec;
  }
}
