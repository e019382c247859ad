package dev.simoom.bench.work;

import dev.simoom.models.lm.Transformer;
import dev.simoom.models.lm.TransformerConfig;
import dev.simoom.nn.Losses;
import dev.simoom.nn.TransformerBlock;
import dev.simoom.optim.Optimizer;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/** Transformer blocks, and whole training steps of a language model. */
final class TransformerWorks {
  private static final double RATE = 1e-3;
  private static final double DECAY = 0.1;
  private static final double ALPHA = 4;

  /** A language model and its batch. */
  record Model(int vocabulary, int context, int width, int heads, int blocks, int batch) {
    /** The one that {@code simoom sae} trains by default. */
    static final Model DEFAULT = new Model(2048, 128, 128, 4, 4, 16);

    static final Model LARGER = new Model(8192, 256, 384, 6, 6, 8);

    /** Width, heads and blocks of GPT-2's smallest. */
    static final Model GPT2 = new Model(50257, 1024, 768, 12, 12, 4);

    double tokens() {
      return (double) batch * context;
    }

    /** Multiplications of all matrices with all tokens, and of all pairs that see each other. */
    double flops() {
      double matrices = 12.0 * blocks * width * width + (double) vocabulary * width;
      double pairs = batch * context * (context + 1) / 2.0;
      return 6 * tokens() * matrices + 14 * blocks * pairs * width;
    }

    double parameters() {
      return 12.0 * blocks * width * width + (double) (vocabulary + context) * width;
    }
  }

  private TransformerWorks() {}

  static List<Work> all() {
    return List.of(
        block(16, 256, 256, 8),
        block(4, 512, 512, 8),
        step("default", Model.DEFAULT).brief(true),
        step("larger", Model.LARGER));
  }

  static List<Work> onDevice() {
    return List.of(
        block(16, 512, 1024, 16),
        step("default", Model.DEFAULT),
        step("larger", Model.LARGER),
        step("GPT-2 small", Model.GPT2));
  }

  private static Work block(int batch, int time, int width, int heads) {
    double tokens = (double) batch * time;
    double pairs = batch * time * (time + 1) / 2.0;
    return Work.of(
            Family.TRANSFORMER,
            "transformer block B%d T%d d%d H%d fwd+bwd".formatted(batch, time, width, heads),
            Spec.of("block", "batch", batch, "time", time, "width", width, "heads", heads),
            Traced.of(() -> blockPlan(batch, time, width, heads)))
        .costing(72 * tokens * width * width + 14 * pairs * width, 4 * 4 * tokens * width)
        .against(Work.EAGER, Work.COMPILED)
        .checked(1, 1e-3);
  }

  private static Traced.Plan blockPlan(int batch, int time, int width, int heads) {
    TransformerBlock block = TransformerBlock.create(width, heads, true, new RandomStream(1));
    Numbers.fill(block.parameters());
    return new Traced.Plan(
        List.of(Numbers.reals(1, batch, time, width), Numbers.reals(2, batch, time, width)),
        List.of(block),
        in -> Differentiated.by(block, in.get(0), in.get(1)),
        results -> results);
  }

  private static Work step(String name, Model m) {
    return Work.of(
            Family.TRANSFORMER,
            "language-model step " + name,
            Spec.of(
                "languageModel",
                "vocabulary",
                m.vocabulary,
                "context",
                m.context,
                "width",
                m.width,
                "heads",
                m.heads,
                "blocks",
                m.blocks,
                "batch",
                m.batch,
                "rate",
                RATE,
                "decay",
                DECAY,
                "alpha",
                ALPHA),
            Traced.of(() -> stepPlan(m)))
        .costing(m.flops(), 36 * m.parameters())
        .against(Work.EAGER, Work.COMPILED)
        .checked(3, 1e-3);
  }

  /** Forward, backward, clipping and AdEMAMix, as the language model's trainer has them. */
  static Traced.Plan stepPlan(Model m) {
    TransformerConfig config =
        new TransformerConfig(m.vocabulary, m.context, m.width, m.heads, m.blocks);
    Transformer model = Transformer.create(config, new RandomStream(1));
    Numbers.fill(model.parameters());
    Optimizer optimizer = OptimizerWorks.clipped(model.parameters(), RATE, ALPHA, DECAY);
    UnaryOperator<List<Tensor>> step =
        in -> {
          Tensor windows = in.getFirst();
          Tensor logits = model.logits(windows.slice(1, 0, m.context));
          Tensor loss = Losses.crossEntropy(logits, windows.slice(1, 1, m.context + 1L));
          optimizer.minimize(loss);
          return List.of(loss);
        };
    Tensor windows = Numbers.integers(1, m.vocabulary, m.batch, m.context + 1L);
    return new Traced.Plan(List.of(windows), List.of(optimizer, model), step, results -> results);
  }
}
