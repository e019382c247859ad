package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Layer norm, softmax, cross-entropy. */
public class RowsBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "layerNorm 64x512",
    "layerNorm 1024x1000",
    "layerNorm 16384x1024",
    "layerNorm 64x512 fwd+bwd",
    "layerNorm 1024x1000 fwd+bwd",
    "layerNorm 16384x1024 fwd+bwd",
    "softmax 64x512",
    "softmax 1024x1000",
    "softmax 16384x1024",
    "softmax 64x512 fwd+bwd",
    "softmax 1024x1000 fwd+bwd",
    "softmax 16384x1024 fwd+bwd",
    "crossEntropy 64x512",
    "crossEntropy 1024x1000",
    "crossEntropy 16384x1024",
    "crossEntropy 64x512 fwd+bwd",
    "crossEntropy 1024x1000 fwd+bwd",
    "crossEntropy 16384x1024 fwd+bwd",
    "crossEntropy 2048x2048 fwd+bwd",
    "crossEntropy 512x32000 fwd+bwd",
    "softmax 200000x50 fwd+bwd"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
