package dev.simoom.bench.work;

import dev.simoom.models.sae.SaeConfig;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.sae.SparseCode;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.List;

/** A TopK sparse autoencoder's loss and gradients, over the size of its dictionary. */
final class SaeWorks {
  private static final int WIDTH = 512;
  private static final int K = 32;
  private static final int BATCH = 1024;
  private static final int LARGEST_DENSE = 1 << 15;

  /** In some row the last latent kept may be ahead of the next by less than rounding errors. */
  private static final double ONE_ROW = 1e-2;

  private SaeWorks() {}

  static List<Work> all() {
    List<Work> works = new ArrayList<>();
    for (int power : new int[] {10, 12, 13, 14, 15, 17}) {
      works.add(step(1 << power).brief(power == 13));
      works.add(encoder(1 << power).brief(power == 13));
    }
    return works;
  }

  static List<Work> onDevice() {
    return List.of(step(1 << 13), step(1 << 15), step(1 << 17));
  }

  static Work step(int latents) {
    double encoder = 2.0 * BATCH * latents * WIDTH;
    double sparse = 4 * 2.0 * BATCH * K * WIDTH;
    double weights = 4.0 * latents * WIDTH;
    Work work =
        Work.of(
                Family.SAE,
                "SAE step %d latents".formatted(latents),
                Spec.of("sae", "width", WIDTH, "latents", latents, "k", K, "batch", BATCH),
                Traced.of(() -> plan(latents)))
            .costing(encoder + sparse, 4 * weights + 4.0 * BATCH * (latents + WIDTH))
            .checked(1, ONE_ROW);
    return latents > LARGEST_DENSE
        ? work.against(Work.EMBEDDING_BAG)
        : work.against(Work.EAGER, Work.COMPILED, Work.EMBEDDING_BAG);
  }

  static Work encoder(int latents) {
    return MatMulWorks.encoder(BATCH, latents, WIDTH);
  }

  static long encoderBytes(int latents) {
    return MatMulWorks.encoderBytes(BATCH, latents, WIDTH);
  }

  /** Bytes of the step's operands: batch and parameters, and of its results: their gradients. */
  static long operandBytes(int latents) {
    long parameters = 2L * latents * WIDTH + latents + WIDTH;
    return Float.BYTES * ((long) BATCH * WIDTH + 2 * parameters + 1);
  }

  private static Traced.Plan plan(int latents) {
    SparseAutoencoder sae = new SparseAutoencoder(SaeConfig.topK(WIDTH, latents, K));
    int seed = 1;
    for (Variable parameter : sae.parameters().values()) {
      Numbers.fill(parameter, seed++, 0x1p-4, 0);
    }
    return new Traced.Plan(
        List.of(Numbers.reals(9, BATCH, WIDTH)),
        List.of(sae),
        in -> {
          List<Tensor> by = sae.parameters().values().stream().map(Variable::value).toList();
          return Differentiated.by(loss(sae, in.get(0)), by);
        },
        results -> results);
  }

  /** As the trainer's loss: gradients flow through the kept latents alone. */
  private static Tensor loss(SparseAutoencoder sae, Tensor x) {
    Tensor.Top top = sae.preActivations(x).stopGradient().topK(K);
    Tensor w = sae.encoderWeight().value();
    Tensor bias = sae.preBias().value();
    Tensor centred = x.sub(bias).stopGradient();
    Tensor shift = w.stopGradient().matmul(bias.unsqueeze(1)).squeeze(1);
    Tensor offsets = sae.encoderBias().value().sub(shift).gather(top.indices());
    Tensor kept =
        top.values().straightThrough(w.sparseDot(centred, top.indices()).add(offsets)).relu();
    Tensor error = sae.decode(new SparseCode(kept, top.indices())).sub(x);
    return error.square().sum(-1).sum().mul(1.0 / x.shape().elements());
  }
}
