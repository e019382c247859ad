package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/**
 * What one thread, or as many as there are, can do at most; the counters are those of one thread.
 */
public class CeilingBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({"FMA peak", "copy in L1", "copy in L2", "copy in LLC", "copy in memory"})
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
