package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.Lanes.FLOAT;

import dev.simoom.bench.work.Numbers;
import dev.simoom.kernels.Buffer;

/** Inputs of the ladders. */
final class Operands {
  private Operands() {}

  /** A buffer of numbers in [-1, 1), the same in every run. */
  static Buffer random(String name, int seed, long count) {
    Buffer buffer = Buffer.allocate(name, count * Float.BYTES);
    for (long i = 0; i < count; i++) {
      buffer.segment().set(FLOAT, i * Float.BYTES, Numbers.real(i, seed));
    }
    return buffer;
  }
}
