package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Running sums, orders, selections, rearrangements. */
public class ArrayBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "cumsum last axis 256x512",
    "cumsum last axis 4096x2048",
    "cumsum last axis 256x512 fwd+bwd",
    "cumsum last axis 4096x2048 fwd+bwd",
    "cumsum first axis 256x512",
    "cumsum first axis 4096x2048",
    "cumprod last axis 256x512",
    "cumprod last axis 4096x2048",
    "cumprod last axis 256x512 fwd+bwd",
    "cumprod last axis 4096x2048 fwd+bwd",
    "logSumExp last axis 256x512",
    "logSumExp last axis 4096x2048",
    "var last axis 256x512 fwd+bwd",
    "var last axis 4096x2048 fwd+bwd",
    "std first axis 256x512",
    "std first axis 4096x2048",
    "norm last axis 256x512",
    "norm last axis 4096x2048",
    "prod last axis 256x512",
    "prod last axis 4096x2048",
    "argmax last axis 256x512",
    "argmax last axis 4096x2048",
    "any last axis 256x512",
    "any last axis 4096x2048",
    "sort last axis 256x512",
    "sort last axis 4096x2048",
    "gather along last axis 256x512",
    "gather along last axis 4096x2048",
    "gather along last axis 256x512 fwd+bwd",
    "gather along last axis 4096x2048 fwd+bwd",
    "gather along first axis 256x512",
    "gather along first axis 4096x2048",
    "scatterAdd along last axis 256x512",
    "scatterAdd along last axis 4096x2048",
    "indexSelect last axis 256x512",
    "indexSelect last axis 4096x2048",
    "indexAdd first axis 256x512",
    "indexAdd first axis 4096x2048",
    "oneHot 256x512",
    "oneHot 4096x2048",
    "tril 256x512",
    "tril 4096x2048",
    "flip last axis 256x512",
    "flip last axis 4096x2048",
    "flip first axis 256x512",
    "flip first axis 4096x2048",
    "roll last axis 256x512",
    "roll last axis 4096x2048",
    "pad 256x512",
    "pad 4096x2048",
    "stack last axis 256x512",
    "stack last axis 4096x2048",
    "repeat both axes 256x512",
    "repeat both axes 4096x2048",
    "erf 256x512",
    "erf 4096x2048",
    "geluExact 256x512 fwd+bwd",
    "geluExact 4096x2048 fwd+bwd",
    "cumsum last axis 1x1048576",
    "sort last axis 1x1048576",
    "permutation 1 M",
    "bernoulli 16 M",
    "integers 16 M",
    "einsum bqhd,bkhd->bqhk 8x256x8x64"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
