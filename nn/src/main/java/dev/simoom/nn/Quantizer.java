package dev.simoom.nn;

import dev.simoom.tensor.Tensor;

/** Replaces vectors by members of a finite set, through which gradients pass straight. */
public sealed interface Quantizer extends Module
    permits VectorQuantizer, FiniteScalarQuantizer, LookupFreeQuantizer {
  /**
   * Vectors by codes.
   *
   * @param output the codes' vectors, [..., width]; its gradient flows to the input as if it were
   *     that
   * @param indices I32 [...], which codes
   * @param loss what training has to add to its loss, F32 scalar
   */
  record Quantized(Tensor output, Tensor indices, Tensor loss) {}

  /** The code of each vector: F32 [..., width]. */
  Quantized quantize(Tensor x);

  /** The vectors of codes: I32 [...] gives F32 [..., width]. */
  Tensor lookup(Tensor indices);

  /** How many codes there are. */
  int codes();

  /** Features of a vector. */
  int width();
}
