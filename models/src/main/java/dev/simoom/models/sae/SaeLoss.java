package dev.simoom.models.sae;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;

/**
 * The losses of one batch, written so that gradients flow through the kept latents alone: the
 * gradients are those of the dense formulas, the work grows with k and not with the dictionary, the
 * encoder's one product aside.
 *
 * @param total what is minimised, a scalar
 * @param reconstruction mean squared error in units of the sample's variance, a scalar
 * @param auxiliary loss of the dead latents' reconstruction of the residual, 0 where none is dead
 * @param active mean number of positive latents per row, a scalar
 * @param silence rows since each latent last fired, this batch included, I32 [latents]
 * @param dead how many latents are dead after this batch, an I32 scalar
 * @param endangered how many would be dead after one more batch without firing, an I32 scalar
 * @param least the least positive value kept of the batch where that is selected as a whole,
 *     infinity if there is none; otherwise 0; a scalar
 */
record SaeLoss(
    Tensor total,
    Tensor reconstruction,
    Tensor auxiliary,
    Tensor active,
    Tensor silence,
    Tensor dead,
    Tensor endangered,
    Tensor least) {

  /** A latent fires when its value is above this; kept zeros must not count. */
  static final double FIRES_ABOVE = 1e-3;

  /** Residuals that differ less than this from their mean, relatively and squared, say nothing. */
  private static final double LEAST_RELATIVE_VARIANCE = 1e-12;

  /**
   * The losses of a batch where the largest latents are kept.
   *
   * @param x normalised rows [batch, width]
   * @param silenceBefore rows since each latent last fired, I32 [latents]
   * @param errorScale see {@link SaeInitialiser#errorScale}
   * @param k how many latents of each row are kept
   * @param revived how many dead latents of each row reconstruct the residual; {@code kAux}, or
   *     fewer where no more can be dead, or 0 where none can
   */
  static SaeLoss topK(
      SparseAutoencoder sae,
      SaeTraining training,
      double errorScale,
      Tensor x,
      Tensor silenceBefore,
      int k,
      int revived) {
    return new Batch(sae, training, errorScale, x, silenceBefore).topK(k, revived);
  }

  /**
   * The losses of a batch where its largest latents are kept, whatever their rows; the parameters
   * are those of {@link #topK}.
   *
   * @param k how many latents are kept for each row, on average
   */
  static SaeLoss batchTopK(
      SparseAutoencoder sae,
      SaeTraining training,
      double errorScale,
      Tensor x,
      Tensor silenceBefore,
      int k,
      int revived) {
    return new Batch(sae, training, errorScale, x, silenceBefore).batchTopK(k, revived);
  }

  /**
   * The losses of a batch where all positive latents are kept.
   *
   * @param x normalised rows [batch, width]
   * @param silenceBefore rows since each latent last fired, I32 [latents]
   * @param errorScale see {@link SaeInitialiser#errorScale}
   * @param coefficient weight of the mean over rows of the latents' sum, a scalar
   */
  static SaeLoss reluL1(
      SparseAutoencoder sae,
      SaeTraining training,
      double errorScale,
      Tensor x,
      Tensor silenceBefore,
      Tensor coefficient) {
    return new Batch(sae, training, errorScale, x, silenceBefore).reluL1(coefficient);
  }

  /**
   * The losses of a batch where latents above their thresholds are kept (arXiv 2407.14435, equation
   * 9).
   *
   * @param x normalised rows [batch, width]
   * @param silenceBefore rows since each latent last fired, I32 [latents]
   * @param errorScale see {@link SaeInitialiser#errorScale}
   * @param coefficient weight of the mean number of latents that a row keeps, a scalar
   */
  static SaeLoss jumpRelu(
      SparseAutoencoder sae,
      SaeTraining training,
      double errorScale,
      Tensor x,
      Tensor silenceBefore,
      Tensor coefficient,
      double bandwidth) {
    return new Batch(sae, training, errorScale, x, silenceBefore).jumpRelu(coefficient, bandwidth);
  }

  private SaeLoss withLeast(Tensor other) {
    return new SaeLoss(total, reconstruction, auxiliary, active, silence, dead, endangered, other);
  }

  private record Batch(
      SparseAutoencoder sae,
      SaeTraining training,
      double errorScale,
      Tensor x,
      Tensor silenceBefore) {

    SaeLoss topK(int k, int revivedLatents) {
      Tensor pre = sae.preActivations(x).stopGradient();
      Tensor.Top top = pre.topK(k);
      Tensor silence = silence(fired(top.values(), top.indices()));
      Tensor dead = dead(silence);
      if (revivedLatents == 0) {
        Tensor kept = latents(x, top.values(), top.indices());
        Tensor main = meanSquare(decode(kept, top.indices()).sub(x)).mul(errorScale);
        return losses(main, main, Tensor.scalar(0), active(kept), silence);
      }
      Tensor.Top aux = largestDead(pre, dead, revivedLatents);
      Tensor indices = Tensor.concat(-1, top.indices(), aux.indices());
      Tensor both = latents(x, Tensor.concat(-1, top.values(), aux.values()), indices);
      Tensor kept = both.slice(-1, 0, k);
      Tensor revived = both.slice(-1, k, k + revivedLatents);
      Tensor error = decode(kept, top.indices()).sub(x);
      Tensor main = meanSquare(error).mul(errorScale);
      Tensor auxiliary = auxiliary(revived, aux.indices(), error, dead);
      Tensor total = main.add(auxiliary.mul(training.dead().auxCoefficient()));
      return losses(total, main, auxiliary, active(kept), silence);
    }

    /** Rows keep different numbers of latents here, so each entry is decoded by itself. */
    SaeLoss batchTopK(int k, int revivedLatents) {
      Tensor pre = sae.preActivations(x).stopGradient();
      KeptLatents top = KeptLatents.ofBatch(pre, k);
      long rows = x.shape().extent(0);
      Tensor silence = silence(fired(top.values(), top.latents()));
      Tensor kept = latents(x.gather(top.rows()), top.values(), top.latents());
      Tensor parts = sae.decoderWeight().value().sparseDecode(kept, top.latents());
      Tensor xhat = parts.scatterAdd(top.rows(), rows).add(sae.preBias().value());
      Tensor error = xhat.sub(x);
      Tensor main = meanSquare(error).mul(errorScale);
      Tensor active = kept.gt(0).cast(DType.F32).sum().div(rows);
      Tensor auxiliary = Tensor.scalar(0);
      Tensor total = main;
      if (revivedLatents > 0) {
        Tensor dead = dead(silence);
        Tensor.Top aux = largestDead(pre, dead, revivedLatents);
        Tensor revived = latents(x, aux.values(), aux.indices());
        auxiliary = auxiliary(revived, aux.indices(), error, dead);
        total = main.add(auxiliary.mul(training.dead().auxCoefficient()));
      }
      return losses(total, main, auxiliary, active, silence).withLeast(top.leastPositive());
    }

    private static Tensor.Top largestDead(Tensor pre, Tensor dead, int most) {
      return Tensor.where(dead, pre, negativeInfinity()).topK(most);
    }

    /**
     * The positive part of chosen pre-activations, whose gradient flows to the parameters through
     * dot products with the chosen rows alone.
     *
     * <p>Only the derivative of the expression that stands in for the values is used, and it is
     * that of {@code W (x - b_pre) + b_enc}: by W and b_enc as it stands; by b_pre through {@code W
     * b_pre} for all latents at once, which costs one product of W with a vector instead of a sum
     * of rows of W for each row of the batch.
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

    private static Tensor negativeInfinity() {
      return Tensor.scalar(Double.NEGATIVE_INFINITY);
    }

    SaeLoss reluL1(Tensor coefficient) {
      Tensor z = sae.preActivations(x).relu();
      return penalised(z, z.sum(-1).mean().mul(coefficient));
    }

    SaeLoss jumpRelu(Tensor coefficient, double bandwidth) {
      Tensor pre = sae.preActivations(x);
      JumpGate gate = JumpGate.of(pre, sae.threshold().value(), bandwidth);
      return penalised(gate.values(), gate.steps().sum(-1).mean().mul(coefficient));
    }

    private SaeLoss penalised(Tensor z, Tensor penalty) {
      Tensor main = meanSquare(sae.decodeDense(z).sub(x)).mul(errorScale);
      Tensor silence = silence(z.stopGradient().max(0).gt(FIRES_ABOVE));
      return losses(main.add(penalty), main, Tensor.scalar(0), active(z), silence);
    }

    /** Mean number of positive latents of a row. */
    private static Tensor active(Tensor latents) {
      return latents.gt(0).cast(DType.F32).sum(-1).mean();
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
}
