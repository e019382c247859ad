package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Files, conversions, random numbers. */
public class DataBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "cast F32 to BF16 16 M",
    "cast BF16 to F32 16 M",
    "cast F32 to F16 16 M",
    "cast F16 to F32 16 M",
    "transposed copy 4096",
    "random uniform 1 M",
    "random uniform 16 M",
    "random normal 16 M",
    "safetensors save 64 MiB",
    "safetensors load 64 MiB"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
