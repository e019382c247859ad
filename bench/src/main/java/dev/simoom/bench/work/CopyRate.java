package dev.simoom.bench.work;

import dev.simoom.kernels.Buffer;
import dev.simoom.tensor.Engine;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies between two arrays of each thread, in cache by vectors, in memory as the JDK copies, which
 * goes past the caches; bytes are counted as read and as written.
 */
final class CopyRate extends Together {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int STEP = 4 * SPECIES.vectorByteSize();

  /** Bytes that one thread copies in a run at the least, so that the start does not count. */
  private static final long LEAST = 16 << 20;

  /** Arrays from this size on are copied past the caches. */
  private static final long STREAMED = 64 << 20;

  private final List<Buffer> buffers = new ArrayList<>();
  private final MemorySegment[] from;
  private final MemorySegment[] to;
  private final long bytes;
  private final long times;

  /**
   * Prepares copies.
   *
   * @param total bytes of both arrays of one thread
   */
  CopyRate(long total) {
    int threads = Engine.backend().threads();
    bytes = array(total);
    times = repeats(total);
    from = new MemorySegment[threads];
    to = new MemorySegment[threads];
    for (int i = 0; i < threads; i++) {
      from[i] = allocate("source");
      to[i] = allocate("target");
    }
  }

  private MemorySegment allocate(String name) {
    Buffer buffer = Buffer.allocate("copy " + name, bytes);
    buffers.add(buffer);
    return buffer.segment();
  }

  private static long array(long total) {
    return total / 2 / STEP * STEP;
  }

  private static long repeats(long total) {
    return Math.max(1, LEAST / array(total));
  }

  /** Bytes that one thread reads and writes in a run. */
  static double bytesPerThread(long total) {
    return 2.0 * array(total) * repeats(total);
  }

  @Override
  void work(int thread) {
    for (long i = 0; i < times; i++) {
      if (bytes >= STREAMED) {
        to[thread].copyFrom(from[thread]);
      } else {
        copy(from[thread], to[thread], bytes);
      }
    }
  }

  private static void copy(MemorySegment source, MemorySegment target, long bytes) {
    int vector = SPECIES.vectorByteSize();
    for (long i = 0; i < bytes; i += STEP) {
      FloatVector a = FloatVector.fromMemorySegment(SPECIES, source, i, ORDER);
      FloatVector b = FloatVector.fromMemorySegment(SPECIES, source, i + vector, ORDER);
      FloatVector c = FloatVector.fromMemorySegment(SPECIES, source, i + 2L * vector, ORDER);
      FloatVector d = FloatVector.fromMemorySegment(SPECIES, source, i + 3L * vector, ORDER);
      a.intoMemorySegment(target, i, ORDER);
      b.intoMemorySegment(target, i + vector, ORDER);
      c.intoMemorySegment(target, i + 2L * vector, ORDER);
      d.intoMemorySegment(target, i + 3L * vector, ORDER);
    }
  }

  @Override
  public void close() {
    super.close();
    buffers.forEach(Buffer::close);
  }
}
