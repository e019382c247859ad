package dev.simoom.nn;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Replaces each vector by the nearest of a learnt set (van den Oord, Vinyals and Kavukcuoglu, arXiv
 * 1711.00937).
 *
 * <p>The codes move by the gradient of {@code mean((sg(x) - code)^2)}, which is then a part of the
 * loss, or, with {@link Averages}, towards the mean of the vectors that chose them, in {@link
 * #observe}. The input is drawn to its code by {@code commitment mean((x - sg(code))^2)}.
 *
 * @param codebook [codes, width]
 * @param usage [codes], a moving average of the share of vectors that chose each code
 * @param commitment weight of the commitment, 0.25 in most work
 * @param averages what moves the codes, or null where their gradient does
 */
public record VectorQuantizer(
    Variable codebook, Variable usage, double commitment, @Nullable Averages averages)
    implements Quantizer {
  private static final double USAGE_DECAY = 0.98;
  private static final double SMALL = 1e-5;

  /**
   * Moving averages that make the codes (appendix A.1 of the paper).
   *
   * @param counts [codes], of how many vectors chose each code
   * @param sums [codes, width], of the sums of these vectors
   * @param decay of both, 0.99 for example
   */
  public record Averages(Variable counts, Variable sums, double decay) {}

  /** A quantizer of given parameters. */
  public VectorQuantizer {
    Checks.rank("VectorQuantizer", codebook, 2);
    Checks.vector("VectorQuantizer", usage, codebook.shape().extent(0));
  }

  /** Codes that move by their gradient, uniform between plus and minus {@code 1 / codes}. */
  public static VectorQuantizer create(
      int codes, int width, double commitment, RandomStream random) {
    Variable codebook =
        Initializer.uniform(1.0 / codes).variable("codebook", Shape.of(codes, width), random);
    Variable usage = Variable.of("usage", Tensor.full(Shape.of(codes), 1.0 / codes));
    return new VectorQuantizer(codebook, usage, commitment, null);
  }

  /** The same codes, moved by averages instead of their gradient. */
  public VectorQuantizer withAverages(double decay) {
    Variable counts = Variable.of("counts", Tensor.ones(usage.shape()));
    Variable sums = Variable.of("sums", codebook.value());
    return new VectorQuantizer(codebook, usage, commitment, new Averages(counts, sums, decay));
  }

  @Override
  public int codes() {
    return Math.toIntExact(codebook.shape().extent(0));
  }

  @Override
  public int width() {
    return Math.toIntExact(codebook.shape().extent(1));
  }

  /**
   * The nearest code of each vector, of equally near ones the first: [..., width] gives I32 [...].
   */
  public Tensor nearest(Tensor x) {
    Checks.features("VectorQuantizer", x, 1, width());
    Tensor codes = codebook.value().stopGradient();
    // What |x - c|^2 has beside |x|^2, negative and halved, so that the greatest is the nearest.
    Tensor score =
        rows(x).stopGradient().matmul(codes.transpose()).sub(codes.square().sum(-1).mul(0.5));
    return score.topK(1).indices().reshape(x.shape().leading(-1));
  }

  @Override
  public Quantized quantize(Tensor x) {
    Tensor indices = nearest(x);
    Tensor chosen = lookup(indices);
    Tensor fixed = chosen.stopGradient();
    Tensor loss = x.sub(fixed).square().mean().mul(commitment);
    if (averages == null) {
      loss = loss.add(chosen.sub(x.stopGradient()).square().mean());
    }
    return new Quantized(fixed.straightThrough(x), indices, loss);
  }

  @Override
  public Tensor lookup(Tensor indices) {
    return codebook.value().gather(indices);
  }

  /**
   * Notes which codes were chosen, and moves them where averages do that; called once in each step
   * of training, after {@link #quantize}.
   *
   * @param x [..., width]
   * @param indices I32 [...]
   */
  public void observe(Tensor x, Tensor indices) {
    Tensor rows = rows(x).stopGradient();
    Tensor at = indices.reshape(rows.shape().extent(0));
    Tensor chosen = Tensor.ones(Shape.of(rows.shape().extent(0), 1)).scatterAdd(at, codes());
    Tensor counts = chosen.reshape(codes());
    usage.assign(mix(usage.value(), counts.mul(1.0 / rows.shape().extent(0)), USAGE_DECAY));
    if (averages != null) {
      Tensor mean = mix(averages.counts.value(), counts, averages.decay);
      Tensor sums = mix(averages.sums.value(), rows.scatterAdd(at, codes()), averages.decay);
      averages.counts.assign(mean);
      averages.sums.assign(sums);
      codebook.assign(sums.div(mean.add(SMALL).unsqueeze(-1)));
    }
  }

  private static Tensor mix(Tensor old, Tensor now, double decay) {
    return old.mul(decay).add(now.mul(1 - decay));
  }

  /**
   * Sets the codes that hardly any vector chooses to vectors drawn from those given (Dhariwal et
   * al., arXiv 2005.00341).
   *
   * @param x [..., width], recent inputs
   * @param least a code is unused whose share is less than this, in units of an equal share
   */
  public void reviveUnused(Tensor x, double least, RandomStream random) {
    Tensor rows = rows(x).stopGradient();
    long count = rows.shape().extent(0);
    Tensor unused = usage.value().lt(least / codes());
    Tensor drawn = random.uniform(usage.shape()).mul(count).cast(DType.I32).minimum(last(count));
    Tensor fresh = Tensor.where(unused.unsqueeze(-1), rows.gather(drawn), codebook.value());
    usage.assign(Tensor.where(unused, Tensor.scalar(1.0 / codes()), usage.value()));
    if (averages != null) {
      // A revived code weighs as much as one vector, so that those which choose it soon move it.
      averages.counts.assign(Tensor.where(unused, Tensor.scalar(1), averages.counts.value()));
      averages.sums.assign(Tensor.where(unused.unsqueeze(-1), fresh, averages.sums.value()));
    }
    codebook.assign(fresh);
  }

  /** Rounding may make a draw below 1 as large as the number of rows. */
  private static Tensor last(long rows) {
    return Tensor.full(Shape.SCALAR, DType.I32, rows - 1);
  }

  /**
   * Sets the codes to the means of clusters of vectors (k-means++ of Arthur and Vassilvitskii, SODA
   * 2007, and some rounds of Lloyd's algorithm).
   *
   * @param rows [n][width], one after the other
   * @throws IllegalArgumentException if there are fewer than codes
   */
  public void cluster(float[] rows, long seed) {
    float[] means = new KMeans(rows, width(), codes(), seed).means();
    codebook.assign(Tensor.of(codebook.shape(), means));
    usage.assign(Tensor.full(usage.shape(), 1.0 / codes()));
    if (averages != null) {
      averages.counts.assign(Tensor.ones(usage.shape()));
      averages.sums.assign(Tensor.of(codebook.shape(), means));
    }
  }

  private static Tensor rows(Tensor x) {
    return x.reshape(-1, x.shape().extent(-1));
  }

  /** The codes and what keeps track of them. */
  @Override
  public SequencedMap<String, Variable> parameters() {
    Parameters all = Parameters.collect().variable("codebook", codebook).variable("usage", usage);
    if (averages != null) {
      all.variable("counts", averages.counts).variable("sums", averages.sums);
    }
    return all.toMap();
  }

  /** Those of the parameters that an optimizer is to move. */
  public SequencedMap<String, Variable> trainable() {
    Parameters all = Parameters.collect();
    return (averages == null ? all.variable("codebook", codebook) : all).toMap();
  }
}
