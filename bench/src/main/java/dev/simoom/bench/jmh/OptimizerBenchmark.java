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
    "AdamW step 64 M"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
