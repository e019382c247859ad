package dev.simoom.kernels.simd;

import dev.simoom.kernels.BackendException;
import java.util.Set;
import jdk.incubator.vector.FloatVector;

/** What this JVM and processor must have before any class with vectors in it is loaded. */
final class VectorUnit {
  private static final String MODULE = "jdk.incubator.vector";
  private static final Set<Integer> WIDTHS = Set.of(128, 256, 512);

  private VectorUnit() {}

  /**
   * The vector width in bits.
   *
   * @throws BackendException if there are no vectors of a width that kernels are written for
   */
  static int bits() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      throw new BackendException(
          "simd: this JVM runs without the module %s; start java with --add-modules %s"
              .formatted(MODULE, MODULE));
    }
    Integer wanted = Integer.getInteger("simoom.vector.bits");
    int bits = wanted != null ? wanted : FloatVector.SPECIES_PREFERRED.vectorBitSize();
    if (!WIDTHS.contains(bits)) {
      throw new BackendException(
          wanted != null
              ? "simd: simoom.vector.bits is " + bits + "; it can be 128, 256 or 512"
              : "simd: the widest vectors that the JVM finds on this processor have "
                  + bits
                  + " bits, and kernels need 128; use a processor with SSE4 or NEON, and no"
                  + " -XX:MaxVectorSize or -XX:UseSSE");
    }
    return bits;
  }
}
