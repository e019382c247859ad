package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Works of attention. */
public class AttentionBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "attention B32 H4 T64 D64 causal",
    "attention B32 H4 T64 D64 full",
    "attention B32 H4 T64 D64 causal fwd+bwd",
    "attention B32 H4 T64 D64 full fwd+bwd",
    "attention B8 H4 T256 D64 causal",
    "attention B8 H4 T256 D64 full",
    "attention B8 H4 T256 D64 causal fwd+bwd",
    "attention B8 H4 T256 D64 full fwd+bwd",
    "attention B2 H4 T1024 D64 causal",
    "attention B2 H4 T1024 D64 full",
    "attention B2 H4 T1024 D64 causal fwd+bwd",
    "attention B2 H4 T1024 D64 full fwd+bwd",
    "attention B1 H4 T4096 D64 causal",
    "attention B1 H4 T4096 D64 causal fwd+bwd",
    "attention B4 H8 T512 D32 causal",
    "attention B4 H4 T512 D128 causal",
    "attention B4 H4 T512 D128 full",
    "attention B2 H4 T500 D80 causal",
    "attention B16 H8 T256 D32 causal strided",
    "attention B4 H8 T512 D32 causal fwd+bwd",
    "attention B4 H4 T512 D128 causal fwd+bwd",
    "attention B4 H4 T512 D128 full fwd+bwd",
    "attention B2 H4 T500 D80 causal fwd+bwd",
    "attention B16 H8 T256 D32 causal strided fwd+bwd"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
