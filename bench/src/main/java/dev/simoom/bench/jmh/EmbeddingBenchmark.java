package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Rows by index. */
public class EmbeddingBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "embedding 2048 of 2048x128",
    "embedding 8192 of 32768x256",
    "embedding 16384 of 50000x333",
    "embedding 2048 of 2048x128 fwd+bwd",
    "embedding 8192 of 32768x256 fwd+bwd",
    "embedding 16384 of 50000x333 fwd+bwd"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
