package dev.simoom.bench.study;

import java.util.List;
import java.util.stream.IntStream;

/** What grows. */
enum GrowthPart {
  /** Products of square matrices. */
  MATMUL(List.of(512, 768, 1024, 1536, 2048)),
  /** Attention with its gradients, over the number of positions. */
  ATTENTION(List.of(256, 512, 1024, 2048, 4096)),
  /** A sparse autoencoder's step, over the number of latents. */
  SAE(IntStream.rangeClosed(10, 17).map(power -> 1 << power).boxed().toList());

  private final List<Integer> sizes;

  GrowthPart(List<Integer> sizes) {
    this.sizes = sizes;
  }

  List<Integer> sizes() {
    return sizes;
  }
}
