package dev.simoom.models.sae;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The latents kept of a batch, one entry for each.
 *
 * @param values their pre-activations, F32 [n, 1]
 * @param rows the row of the batch that each belongs to, I32 [n]
 * @param latents the latent that each belongs to, I32 [n, 1]
 * @param dense the extents of the batch, [rows, latents]
 */
record KeptLatents(Tensor values, Tensor rows, Tensor latents, Shape dense) {

  /**
   * The k largest of each row; of equal ones the first latent.
   *
   * @param pre F32 [..., latents]
   */
  static KeptLatents ofRows(Tensor pre, int k) {
    Shape dense = dense(pre);
    Tensor.Top top = pre.topK(k);
    Tensor rows = Tensor.iota(Shape.of(dense.extent(0), k), 0).reshape(-1);
    return new KeptLatents(top.values().reshape(-1, 1), rows, top.indices().reshape(-1, 1), dense);
  }

  /**
   * The largest of the whole batch, in descending order, {@code k} for each row on average; of
   * equal ones the first row, and of its latents the first.
   *
   * @param pre F32 [..., latents]
   */
  static KeptLatents ofBatch(Tensor pre, int k) {
    Shape dense = dense(pre);
    long latents = dense.extent(1);
    if (dense.elements() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "BatchTopK: %d rows of %d latents are too many to select from at once; take fewer rows"
              .formatted(dense.extent(0), latents));
    }
    Tensor.Top top = pre.reshape(1, -1).topK(dense.extent(0) * k);
    Tensor at = top.indices().reshape(-1);
    Tensor rows = quotient(at, latents);
    Tensor latent = at.sub(rows.mul(latents)).unsqueeze(1);
    return new KeptLatents(top.values().reshape(-1, 1), rows, latent, dense);
  }

  private static Shape dense(Tensor pre) {
    long latents = pre.shape().extent(-1);
    return Shape.of(pre.shape().elements() / latents, latents);
  }

  /**
   * I32 numbers divided by one number and rounded down. The quotient in F32 is off by less than 1
   * for all quotients below 2^22, which the remainder tells and integers repair.
   */
  private static Tensor quotient(Tensor numbers, long divisor) {
    Tensor guess = numbers.cast(DType.F32).mul(1.0 / divisor).cast(DType.I32);
    Tensor rest = numbers.sub(guess.mul(divisor));
    return guess.sub(rest.lt(0).cast(DType.I32)).add(rest.ge(divisor).cast(DType.I32));
  }

  /** The same latents with other values. */
  KeptLatents withValues(Tensor other) {
    return new KeptLatents(other, rows, latents, dense);
  }

  /**
   * What the latents of each prefix of a dictionary make of each row, [rows, width] for each
   * prefix. Every latent is decoded once, to the sum of the group of those that are in a prefix and
   * not in the one before; a prefix is the sum of its groups.
   *
   * @param decoder one direction per latent, [latents, width]
   * @param prefixes how many latents each prefix has, growing; the last has all
   */
  List<Tensor> decodePrefixes(Tensor decoder, List<Integer> prefixes) {
    long count = dense.extent(0);
    Tensor places = rows;
    for (int prefix : prefixes.subList(0, prefixes.size() - 1)) {
      places = places.add(latents.squeeze(1).ge(prefix).cast(DType.I32).mul(count));
    }
    Tensor groups =
        decoder.sparseDecode(values, latents).scatterAdd(places, count * prefixes.size());
    List<Tensor> sums = new ArrayList<>();
    for (int i = 0; i < prefixes.size(); i++) {
      Tensor group = prefixes.size() == 1 ? groups : groups.slice(0, i * count, (i + 1) * count);
      sums.add(i == 0 ? group : sums.getLast().add(group));
    }
    return sums;
  }

  /** The positive ones in their places, 0 elsewhere, F32 [rows, latents]. */
  Tensor toDense() {
    Tensor flat = rows.mul(dense.extent(1)).add(latents.squeeze(1));
    return values.relu().scatterAdd(flat, dense.elements()).reshape(dense);
  }

  /** The least positive value that was kept, or infinity if none was positive; a scalar. */
  Tensor leastPositive() {
    Tensor none = Tensor.scalar(Double.POSITIVE_INFINITY);
    return Tensor.where(values.gt(0), values, none).reshape(-1).min(0);
  }
}
