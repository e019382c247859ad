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
 */
record SaeLoss(
    Tensor total,
    Tensor reconstruction,
    Tensor auxiliary,
    Tensor active,
    Tensor silence,
    Tensor dead,
    Tensor endangered) {

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

  private record Batch(
      SparseAutoencoder sae,
      SaeTraining training,
      double errorScale,
      Tensor x,
      Tensor silenceBefore) {

    SaeLoss topK(int k, int revivedLatents) {
      Tensor pre = sae.preActivations(x).stopGradient();
      Tensor.Top top = pre.topK(k);
      Tensor silence = silence(firedInTop(top));
      Tensor dead = dead(silence);
      if (revivedLatents == 0) {
        Tensor kept = latents(top.values(), top.indices());
        Tensor main = meanSquare(decode(kept, top.indices()).sub(x)).mul(errorScale);
        return losses(main, main, Tensor.scalar(0), kept, silence);
      }
      Tensor.Top aux = Tensor.where(dead, pre, negativeInfinity()).topK(revivedLatents);
      Tensor indices = Tensor.concat(-1, top.indices(), aux.indices());
      Tensor both = latents(Tensor.concat(-1, top.values(), aux.values()), indices);
      Tensor kept = both.slice(-1, 0, k);
      Tensor revived = both.slice(-1, k, k + revivedLatents);
      Tensor error = decode(kept, top.indices()).sub(x);
      Tensor main = meanSquare(error).mul(errorScale);
      Tensor guess = sae.decoderWeight().value().sparseDecode(revived, aux.indices());
      Tensor auxiliary = auxiliary(guess, error.neg().stopGradient(), count(dead));
      Tensor total = main.add(auxiliary.mul(training.dead().auxCoefficient()));
      return losses(total, main, auxiliary, kept, silence);
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
    private Tensor latents(Tensor values, Tensor indices) {
      Tensor w = sae.encoderWeight().value();
      Tensor centred = x.sub(sae.preBias().value()).stopGradient();
      Tensor shift = w.stopGradient().matmul(sae.preBias().value().unsqueeze(1)).squeeze(1);
      Tensor offsets = sae.encoderBias().value().sub(shift).gather(indices);
      return values.straightThrough(w.sparseDot(centred, indices).add(offsets)).relu();
    }

    private Tensor decode(Tensor values, Tensor indices) {
      return sae.decode(new SparseCode(values, indices));
    }

    private Tensor firedInTop(Tensor.Top top) {
      Tensor fired = top.values().gt(FIRES_ABOVE).cast(DType.F32);
      long n = sae.config().latents();
      return fired.reshape(-1, 1).scatterAdd(top.indices().reshape(-1), n).reshape(n).gt(0);
    }

    /** As in the released code: back to zero where it fired, then grown by the batch everywhere. */
    private Tensor silence(Tensor fired) {
      Tensor zero = Tensor.full(Shape.SCALAR, DType.I32, 0);
      Tensor limit = Tensor.full(Shape.SCALAR, DType.I32, SaeTraining.COUNT_LIMIT);
      Tensor grown = Tensor.where(fired, zero, silenceBefore).add(x.shape().extent(0));
      return grown.minimum(limit);
    }

    /** Mean squared error of the guess in units of the residual's own variance in this batch. */
    private static Tensor auxiliary(Tensor guess, Tensor residual, Tensor deadCount) {
      Tensor variance = meanSquare(residual.sub(residual.meanKeep(0)));
      Tensor least = meanSquare(residual).mul(LEAST_RELATIVE_VARIANCE);
      Tensor means = variance.gt(least).and(deadCount.gt(0));
      Tensor divisor = Tensor.where(means, variance, Tensor.scalar(1));
      Tensor loss = meanSquare(guess.sub(residual)).div(divisor);
      return Tensor.where(means, loss, Tensor.scalar(0));
    }

    private static Tensor negativeInfinity() {
      return Tensor.scalar(Double.NEGATIVE_INFINITY);
    }

    SaeLoss reluL1(Tensor coefficient) {
      Tensor z = sae.preActivations(x).relu();
      Tensor xhat = z.matmul(sae.decoderWeight().value()).add(sae.preBias().value());
      Tensor main = meanSquare(xhat.sub(x)).mul(errorScale);
      Tensor total = main.add(z.sum(-1).mean().mul(coefficient));
      Tensor silence = silence(z.stopGradient().max(0).gt(FIRES_ABOVE));
      return losses(total, main, Tensor.scalar(0), z, silence);
    }

    private SaeLoss losses(
        Tensor total, Tensor main, Tensor auxiliary, Tensor latents, Tensor silence) {
      Tensor active = latents.gt(0).cast(DType.F32).sum(-1).mean();
      Tensor next = silence.add(x.shape().extent(0));
      Tensor dead = count(dead(silence));
      return new SaeLoss(total, main, auxiliary, active, silence, dead, count(dead(next)));
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
