package dev.simoom.kernels.reference;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Scan;

/** Follows one line after the other. */
final class ScanReference {
  private ScanReference() {}

  static void run(Scan kernel, Memory[] memory) {
    for (long outer = 0; outer < kernel.outer(); outer++) {
      for (long inner = 0; inner < kernel.inner(); inner++) {
        line(kernel, memory, outer * kernel.length() * kernel.inner() + inner);
      }
    }
  }

  private static void line(Scan kernel, Memory[] memory, long first) {
    Memory x = memory[memory.length - 2];
    Memory y = memory[memory.length - 1];
    double value = 0;
    for (long i = 0; i < kernel.length(); i++) {
      long place = kernel.reversed() ? kernel.length() - 1 - i : i;
      long at = first + place * kernel.inner();
      double next = x.get(at);
      if (i == 0) {
        value = next;
      } else if (kernel.type() == DType.I32) {
        int before = (int) value;
        value = kernel.kind() == Scan.Kind.SUM ? before + (int) next : before * (int) next;
      } else {
        value =
            switch (kernel.kind()) {
              case SUM -> value + next;
              case PRODUCT -> value * next;
              case RECURRENCE -> memory[0].get(at) * value + next;
            };
      }
      y.set(at, value);
    }
  }
}
