package dev.simoom.kernels.reference;

import dev.simoom.kernels.Copy;

/** Element by element. */
final class CopyReference {
  private CopyReference() {}

  static void run(Copy kernel, Memory[] memory) {
    for (long i = 0; i < kernel.elements(); i++) {
      memory[1].copy(
          Memory.offset(kernel.extents(), kernel.target().strides(), i),
          memory[0],
          Memory.offset(kernel.extents(), kernel.source().strides(), i));
    }
  }
}
