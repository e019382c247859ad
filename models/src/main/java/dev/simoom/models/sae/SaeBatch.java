package dev.simoom.models.sae;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.List;

/**
 * A batch whose losses are wanted. Where few latents are kept, gradients flow through these alone:
 * they are those of the dense formulas, and the work grows with k and not with the dictionary, the
 * encoder's one product aside.
 *
 * @param errorScale see {@link SaeInitialiser#errorScale}
 * @param x normalised rows [batch, width]
 * @param silenceBefore rows since each latent last fired, I32 [latents]
 */
record SaeBatch(
    SparseAutoencoder sae,
    SaeTraining training,
    double errorScale,
    Tensor x,
    Tensor silenceBefore) {

  /** A latent fires when its value is above this; kept zeros must not count. */
  static final double FIRES_ABOVE = 1e-3;

  /** Residuals that differ less than this from their mean, relatively and squared, say nothing. */
  private static final double LEAST_RELATIVE_VARIANCE = 1e-12;

  // ---------------------------------------------------------------- selections

  /**
   * The losses where the largest latents of each row are kept.
   *
   * @param revived how many dead latents of each row reconstruct the residual; {@code kAux}, or
   *     fewer where no more can be dead, or 0 where none can
   */
  SaeLoss topK(Sparsity.TopK sparsity, int revived) {
    int k = sparsity.k();
    int widest = sparsity.widest(sae.config().latents());
    Tensor pre = sae.preActivations(x).stopGradient();
    Tensor.Top top = pre.topK(widest);
    Tensor first = first(top.indices(), k);
    Tensor silence = silence(fired(first(top.values(), k), first));
    Tensor dead = dead(silence);
    Tensor.Top chosen = revived == 0 ? top : joined(top, largestDead(pre, dead, revived));
    // One gather of the encoder's rows for all terms of the loss, whose gradients meet there.
    Tensor latents = latents(x, chosen.values(), chosen.indices());
    Tensor kept = first(latents, k);
    Tensor error = decode(kept, first).sub(x);
    Tensor main = meanSquare(error).mul(errorScale);
    Tensor total = main;
    if (sparsity.multi()) {
      Tensor wide = decode(first(latents, widest), top.indices()).sub(x);
      total = total.add(meanSquare(wide).mul(errorScale * Sparsity.TopK.WEIGHT));
    }
    Tensor auxiliary = Tensor.scalar(0);
    if (revived > 0) {
      Tensor values = latents.slice(-1, widest, widest + revived);
      Tensor indices = chosen.indices().slice(-1, widest, widest + revived);
      auxiliary = auxiliary(values, indices, error, dead);
      total = total.add(auxiliary.mul(training.dead().auxCoefficient()));
    }
    return losses(total, main, auxiliary, active(kept), silence);
  }

  private static Tensor first(Tensor entries, int count) {
    return entries.shape().extent(-1) == count ? entries : entries.slice(-1, 0, count);
  }

  private static Tensor.Top joined(Tensor.Top a, Tensor.Top b) {
    return new Tensor.Top(
        Tensor.concat(-1, a.values(), b.values()), Tensor.concat(-1, a.indices(), b.indices()));
  }

  /**
   * The losses where the largest latents of the batch are kept, whatever their rows. Rows keep
   * different numbers of latents then, so each entry is decoded by itself.
   *
   * @param k how many latents are kept for each row, on average
   * @param prefixes the latents of which prefixes of the dictionary reconstruct the rows; the error
   *     is the mean over them
   * @param revivedLatents see {@link #topK}
   */
  SaeLoss batchTopK(int k, List<Integer> prefixes, int revivedLatents) {
    Tensor pre = sae.preActivations(x).stopGradient();
    KeptLatents top = KeptLatents.ofBatch(pre, k);
    Tensor silence = silence(fired(top.values(), top.latents()));
    Tensor kept = latents(x.gather(top.rows()), top.values(), top.latents());
    List<Tensor> errors =
        top.withValues(kept).decodePrefixes(sae.decoderWeight().value(), prefixes).stream()
            .map(part -> part.add(sae.preBias().value()).sub(x))
            .toList();
    Tensor error = errors.getLast();
    Tensor main = meanSquare(error).mul(errorScale);
    Tensor total = main;
    for (Tensor inner : errors.subList(0, errors.size() - 1)) {
      total = total.add(meanSquare(inner).mul(errorScale));
    }
    total = errors.size() == 1 ? total : total.div(errors.size());
    Tensor active = kept.gt(0).cast(DType.F32).sum().div(x.shape().extent(0));
    Tensor auxiliary = Tensor.scalar(0);
    if (revivedLatents > 0) {
      Tensor dead = dead(silence);
      Tensor.Top aux = largestDead(pre, dead, revivedLatents);
      Tensor revived = latents(x, aux.values(), aux.indices());
      auxiliary = auxiliary(revived, aux.indices(), error, dead);
      total = total.add(auxiliary.mul(training.dead().auxCoefficient()));
    }
    return losses(total, main, auxiliary, active, silence).withLeast(top.leastPositive());
  }

  private static Tensor.Top largestDead(Tensor pre, Tensor dead, int most) {
    return Tensor.where(dead, pre, Tensor.scalar(Double.NEGATIVE_INFINITY)).topK(most);
  }

  /**
   * The positive part of chosen pre-activations, whose gradient flows to the parameters through dot
   * products with the chosen rows alone.
   *
   * <p>Only the derivative of the expression that stands in for the values is used, and it is that
   * of {@code W (x - b_pre) + b_enc}: by W and b_enc as it stands; by b_pre through {@code W b_pre}
   * for all latents at once, which costs one product of W with a vector instead of a sum of rows of
   * W for each row of the batch.
   */
  private Tensor latents(Tensor rows, Tensor values, Tensor indices) {
    Tensor w = sae.encoderWeight().value();
    Tensor centred = rows.sub(sae.preBias().value()).stopGradient();
    Tensor shift = w.stopGradient().matmul(sae.preBias().value().unsqueeze(1)).squeeze(1);
    Tensor offsets = sae.encoderBias().value().sub(shift).gather(indices);
    return values.straightThrough(w.sparseDot(centred, indices).add(offsets)).relu();
  }

  private Tensor decode(Tensor values, Tensor indices) {
    return sae.decode(new SparseCode(values, indices));
  }

  /**
   * Mean squared error of what dead latents make of the residual, in units of the residual's own
   * variance in this batch.
   */
  private Tensor auxiliary(Tensor revived, Tensor indices, Tensor error, Tensor dead) {
    Tensor guess = sae.decoderWeight().value().sparseDecode(revived, indices);
    Tensor residual = error.neg().stopGradient();
    Tensor variance = meanSquare(residual.sub(residual.meanKeep(0)));
    Tensor least = meanSquare(residual).mul(LEAST_RELATIVE_VARIANCE);
    Tensor means = variance.gt(least).and(count(dead).gt(0));
    Tensor divisor = Tensor.where(means, variance, Tensor.scalar(1));
    Tensor loss = meanSquare(guess.sub(residual)).div(divisor);
    return Tensor.where(means, loss, Tensor.scalar(0));
  }

  // ---------------------------------------------------------------- penalties

  /**
   * The losses where all positive latents are kept.
   *
   * @param coefficient weight of the mean over rows of the latents' sum, a scalar
   */
  SaeLoss reluL1(Tensor coefficient) {
    Tensor z = sae.preActivations(x).relu();
    return penalised(z, sumPerRow(z).mul(coefficient));
  }

  /**
   * The losses where latents above their thresholds are kept (arXiv 2407.14435, equation 9).
   *
   * @param coefficient weight of the mean number of latents that a row keeps, a scalar
   */
  SaeLoss jumpRelu(Tensor coefficient, double bandwidth) {
    Tensor pre = sae.preActivations(x);
    JumpGate gate = JumpGate.of(pre, sae.threshold().value(), bandwidth);
    return penalised(gate.values(), sumPerRow(gate.steps()).mul(coefficient));
  }

  /**
   * The losses of a gated autoencoder (arXiv 2404.16014, equation 8). As in the paper, and unlike
   * SAELens, the reconstruction from the gates moves neither the decoder nor the bias added after
   * it; the same bias is moved where it is subtracted before encoding.
   *
   * @param coefficient weight of the mean over rows of the sum of what opens gates, a scalar
   */
  SaeLoss gated(Tensor coefficient) {
    GatedLatents latents = GatedLatents.of(sae, x);
    Tensor open = latents.gate().relu();
    Tensor frozen = sae.decoderWeight().value().stopGradient();
    Tensor guess = open.matmul(frozen).add(sae.preBias().value().stopGradient());
    Tensor viaGates = meanSquare(guess.sub(x)).mul(errorScale);
    return penalised(latents.values(), sumPerRow(open).mul(coefficient).add(viaGates));
  }

  private static Tensor sumPerRow(Tensor latents) {
    return latents.sum(-1).mean();
  }

  private SaeLoss penalised(Tensor z, Tensor rest) {
    Tensor main = meanSquare(sae.decodeDense(z).sub(x)).mul(errorScale);
    Tensor silence = silence(z.stopGradient().max(0).gt(FIRES_ABOVE));
    return losses(main.add(rest), main, Tensor.scalar(0), active(z), silence);
  }

  // ---------------------------------------------------------------- figures

  private Tensor fired(Tensor values, Tensor indices) {
    Tensor fired = values.gt(FIRES_ABOVE).cast(DType.F32);
    long n = sae.config().latents();
    return fired.reshape(-1, 1).scatterAdd(indices.reshape(-1), n).reshape(n).gt(0);
  }

  /** As in the released code: back to zero where it fired, then grown by the batch everywhere. */
  private Tensor silence(Tensor fired) {
    Tensor zero = Tensor.full(Shape.SCALAR, DType.I32, 0);
    Tensor limit = Tensor.full(Shape.SCALAR, DType.I32, SaeTraining.COUNT_LIMIT);
    Tensor grown = Tensor.where(fired, zero, silenceBefore).add(x.shape().extent(0));
    return grown.minimum(limit);
  }

  /** Mean number of positive latents of a row. */
  private static Tensor active(Tensor latents) {
    return sumPerRow(latents.gt(0).cast(DType.F32));
  }

  private SaeLoss losses(
      Tensor total, Tensor main, Tensor auxiliary, Tensor active, Tensor silence) {
    Tensor next = silence.add(x.shape().extent(0));
    Tensor dead = count(dead(silence));
    Tensor endangered = count(dead(next));
    Tensor least = Tensor.scalar(0);
    return new SaeLoss(total, main, auxiliary, active, silence, dead, endangered, least);
  }

  private Tensor dead(Tensor silence) {
    return silence.gt(Tensor.full(Shape.SCALAR, DType.I32, training.dead().afterTokens()));
  }

  private static Tensor count(Tensor truths) {
    return truths.cast(DType.I32).sum();
  }

  /** Rows first, so that what belongs to a row is read once for it and not spread out. */
  private static Tensor meanSquare(Tensor x) {
    return x.square().sum(-1).sum().mul(1.0 / x.shape().elements());
  }
}
