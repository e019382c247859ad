package dev.simoom.bench.ladder;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vectors of all rungs. They are as wide as those of the generated kernels, for a vector class
 * should be met at one width only in a process.
 */
final class Lanes {
  private static final int BITS =
      Integer.getInteger("simoom.vector.bits", FloatVector.SPECIES_PREFERRED.vectorBitSize());

  /** Floats of that width. */
  static final VectorSpecies<Float> F = VectorSpecies.of(float.class, VectorShape.forBitSize(BITS));

  /** Floats in a vector. */
  static final int LANES = F.length();

  /** Bytes of a vector. */
  static final int VECTOR_BYTES = LANES * Float.BYTES;

  /** Byte order of all vector accesses. */
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** A float at any offset. */
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** The whole address space, with addresses as offsets, for {@link RegisterTile}. */
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /**
   * All bits that an address can have. Masked with them an address stays what it is, but the
   * compiler then knows that it lies within {@link #ALL} and drops the check of bounds.
   */
  static final long ADDRESS_BITS = (1L << 56) - 1;

  private Lanes() {}
}
