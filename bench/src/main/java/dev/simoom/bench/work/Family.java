package dev.simoom.bench.work;

import java.util.Locale;

/** Works that are measured together, in one JVM of their own for each fork. */
public enum Family {
  /** What the machine can do at most. */
  CEILING,
  /** Matrix products. */
  MATMUL,
  /** Scaled dot-product attention. */
  ATTENTION,
  /** Fused elementwise chains. */
  CHAIN,
  /** Layer norm, softmax, cross-entropy. */
  ROWS,
  /** Running sums, orders, selections, rearrangements. */
  ARRAY,
  /** Convolutions of images. */
  CONVOLUTION,
  /** Rows of a table by index, and its gradient. */
  EMBEDDING,
  /** Top-k, sparse decode and its gradients. */
  SPARSE,
  /** Sparse autoencoders. */
  SAE,
  /** Optimizer steps. */
  OPTIMIZER,
  /** Transformer blocks and whole language-model steps. */
  TRANSFORMER,
  /** Video models: tokenizer, latent actions, dynamics. */
  GENIE,
  /** Tracing and compiling a program. */
  TRACE,
  /** Files, casts, random numbers. */
  DATA;

  /** The name by which users choose it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
