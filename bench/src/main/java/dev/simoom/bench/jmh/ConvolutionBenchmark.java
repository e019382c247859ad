package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Convolutions of images. */
public class ConvolutionBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "conv2d 4x16x16x16, 32 of 3x3",
    "conv2d 4x16x16x16, 32 of 3x3 fwd+bwd",
    "conv2d 8x64x56x56, 64 of 3x3",
    "conv2d 8x64x56x56, 64 of 3x3 fwd+bwd",
    "conv2d 8x128x56x56, 128 of 3x3 stride 2",
    "conv2d 8x128x56x56, 128 of 3x3 stride 2 fwd+bwd",
    "conv2d 8x64x56x56, 64 of 3x3 groups 64",
    "conv2d 8x64x56x56, 64 of 3x3 groups 64 fwd+bwd",
    "conv2d 16x3x224x224, 192 of 16x16 stride 16",
    "conv2d 16x3x224x224, 192 of 16x16 stride 16 fwd+bwd",
    "unfold 8x64x56x56, 3x3"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
