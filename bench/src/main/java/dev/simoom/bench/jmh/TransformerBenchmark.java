package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Works of transformers. */
public class TransformerBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "transformer block B16 T256 d256 H8 fwd+bwd",
    "transformer block B4 T512 d512 H8 fwd+bwd",
    "language-model step default",
    "language-model step larger"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
