package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Models of video. */
public class GenieBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "spatio-temporal block B4 T8 N192 d96 H3 fwd+bwd",
    "spatio-temporal block B1 T16 N256 d512 H8 head norms fwd+bwd",
    "genie step tokenizer",
    "genie step latent actions",
    "genie step dynamics"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
