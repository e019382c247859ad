package dev.simoom.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simoom.bench.work.Numbers;

/**
 * A matrix product as its spec describes it.
 *
 * @param m rows of A
 * @param n columns of B
 * @param k columns of A
 * @param transA whether A is stored [k, m]
 * @param transB whether B is stored [n, k]
 */
record Product(int m, int n, int k, boolean transA, boolean transB) {
  /** The product, if it is one matrix by one, without epilogue. */
  static Product of(JsonNode spec) {
    boolean plain =
        spec.path("op").asText().equals("matmul")
            && spec.path("batch").asInt() == 1
            && spec.path("epilogue").asText().equals("none")
            && spec.path("weights").asText().equals("f32");
    if (!plain) {
      throw new UnsupportedOperationException("only single products of F32 matrices");
    }
    return new Product(
        spec.path("m").asInt(),
        spec.path("n").asInt(),
        spec.path("k").asInt(),
        spec.path("transA").asBoolean(),
        spec.path("transB").asBoolean());
  }

  float[] a() {
    return reals(1, m * k);
  }

  float[] b() {
    return reals(2, k * n);
  }

  /** An array of the numbers that every side makes for itself. */
  static float[] reals(int seed, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = Numbers.real(i, seed);
    }
    return numbers;
  }
}
