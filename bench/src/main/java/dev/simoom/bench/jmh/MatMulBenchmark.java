package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Matrix products. */
public class MatMulBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "matmul 64",
    "matmul 100",
    "matmul 128",
    "matmul 250",
    "matmul 256",
    "matmul 512",
    "matmul 768",
    "matmul 1000",
    "matmul 1024",
    "matmul 1536",
    "matmul 2048",
    "matmul tall 8192x64x512",
    "matmul tall 4096x256x256",
    "matmul wide 64x8192x512",
    "matmul wide 1024x8192x512",
    "matmul deep 256x256x8192",
    "matmul row 1x4096x1024",
    "matmul batched 64 x 128x128x64",
    "matmul batched 16 x 250",
    "matmul 512 A'B",
    "matmul 512 AB'",
    "matmul 512 A'B'",
    "matmul 1000 A'B",
    "matmul 1000 AB'",
    "matmul 1000 A'B'",
    "matmul 2048x1024x256 bias",
    "matmul 2048x1024x256 bias+relu",
    "matmul 2048x1024x256 bias+gelu+residual",
    "matmul 2048x1024x256 bf16 weights",
    "matmul 512 bf16 weights"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
