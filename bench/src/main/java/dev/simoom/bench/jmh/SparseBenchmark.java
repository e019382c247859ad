package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Top-k and sparse products. */
public class SparseBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "topK 32 of 1024x8192",
    "topK 16 of 2048x1024",
    "topK 64 of 64x131072",
    "topK 256 of 1000x999",
    "sparseDecode 1024x32 of 8192x512",
    "sparseDecode 2048x16 of 1024x128",
    "sparseDecode 1024x64 of 65536x500",
    "sparseDecode 1024x32 of 8192x512 fwd+bwd",
    "sparseDecode 2048x16 of 1024x128 fwd+bwd",
    "sparseDecode 1024x64 of 65536x500 fwd+bwd"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
