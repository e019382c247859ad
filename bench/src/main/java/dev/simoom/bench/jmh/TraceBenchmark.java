package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Tracing and compiling. */
public class TraceBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({"trace and compile language-model step", "trace and compile matmul with epilogue"})
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
