package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Elementwise chains. */
public class ChainBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "chain axpy 64 K",
    "chain axpy 1 M odd",
    "chain axpy 16 M",
    "chain swiglu 64 K",
    "chain swiglu 1 M odd",
    "chain swiglu 16 M",
    "chain gate 64 K",
    "chain gate 1 M odd",
    "chain gate 16 M",
    "chain gelu residual 64 K",
    "chain gelu residual 1 M odd",
    "chain gelu residual 16 M",
    "chain broadcast 64 K",
    "chain broadcast 1 M odd",
    "chain broadcast 16 M",
    "chain mean square 64 K",
    "chain mean square 1 M odd",
    "chain mean square 16 M",
    "chain relu and bias gradient 64 K",
    "chain relu and bias gradient 1 M odd",
    "chain relu and bias gradient 16 M"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
