package dev.simoom.kernels.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width of this process and the memory that kernels address.
 *
 * <p>The width is the widest the processor offers; the system property {@code simoom.vector.bits}
 * (128, 256 or 512) forces another. All are static finals, because the compiler only turns vector
 * calls into instructions where species and byte order are constants.
 */
final class Simd {
  /** Vector width in bits. */
  static final int BITS = VectorUnit.bits();

  /** Floats and ints of that width. */
  static final VectorSpecies<Float> F = VectorSpecies.of(float.class, shape(BITS));

  /** Ints of that width. */
  static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, shape(BITS));

  /** Longs of that width. */
  static final VectorSpecies<Long> L = VectorSpecies.of(long.class, shape(BITS));

  /** As many 16-bit values as there are floats in a vector. */
  static final VectorSpecies<Short> S = VectorSpecies.of(short.class, shape(BITS / 2));

  /** Number of 32-bit lanes. */
  static final int LANES = F.length();

  /** Byte order of all vector memory accesses. */
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /**
   * The whole address space: kernels use absolute addresses as offsets into it, so that no segment
   * object, lifetime check or mixed kind of segment ever reaches a hot loop. Bounds and lifetimes
   * are checked once for each run, where the launch list meets its buffers.
   */
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** A float at any address. */
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /**
   * All bits that an address can have. {@code address & ADDRESS_BITS} is the same address; but the
   * compiler then knows that it lies within {@link #ALL} and drops the bounds checks of the
   * accesses that follow, which are worth a tenth to a quarter of a tight loop.
   */
  static final long ADDRESS_BITS = (1L << 56) - 1;

  private Simd() {}

  private static VectorShape shape(int bits) {
    return switch (bits) {
      case 64 -> VectorShape.S_64_BIT;
      case 128 -> VectorShape.S_128_BIT;
      case 256 -> VectorShape.S_256_BIT;
      case 512 -> VectorShape.S_512_BIT;
      default -> throw new IllegalArgumentException("no vectors have " + bits + " bits");
    };
  }
}
