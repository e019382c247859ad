package dev.simoom.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** Sparse autoencoders. */
public class SaeBenchmark extends WorkBenchmark {
  /** The work. */
  @Param({
    "SAE step 1024 latents",
    "SAE encoder product 1024 latents",
    "SAE step 4096 latents",
    "SAE encoder product 4096 latents",
    "SAE step 8192 latents",
    "SAE encoder product 8192 latents",
    "SAE step 16384 latents",
    "SAE encoder product 16384 latents",
    "SAE step 32768 latents",
    "SAE encoder product 32768 latents",
    "SAE step 131072 latents",
    "SAE encoder product 131072 latents"
  })
  public String name;

  @Override
  protected String work() {
    return name;
  }
}
