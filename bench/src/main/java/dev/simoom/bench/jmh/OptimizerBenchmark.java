package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Optimizer steps. */
public class OptimizerBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "AdEMAMix step 1 M",
    "AdEMAMix step 8 M",
    "AdEMAMix step 64 M",
    "AdamW step 1 M",
    "AdamW step 8 M",
    "AdamW step 64 M",
    "Adam step 1 M",
    "Adam step 8 M",
    "Adam step 64 M",
    "SGD step 1 M",
    "SGD step 8 M",
    "SGD step 64 M",
    "Lion step 1 M",
    "Lion step 8 M",
    "Lion step 64 M",
    "simplified AdEMAMix step 1 M",
    "simplified AdEMAMix step 8 M",
    "simplified AdEMAMix step 64 M",
    "AdEMAMix m2 in BF16 step 8 M",
    "AdEMAMix BF16 step 8 M",
    "AdEMAMix 8-bit step 8 M"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
