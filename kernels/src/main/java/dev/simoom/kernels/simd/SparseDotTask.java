package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.simoom.kernels.SparseDot;
import jdk.incubator.vector.FloatVector;

/** Dot products four at a time, so that a row of the dense operand is loaded once for all four. */
final class SparseDotTask implements Task {
  private static final int GROUP = 4;
  private static final long VECTOR = 4L * LANES;

  private final SparseDot kernel;
  private final Chunks rows;
  private final long rowBytes;
  private final long vectorised;
  private long dense;
  private long indices;
  private long table;
  private long out;

  SparseDotTask(SparseDot kernel) {
    this.kernel = kernel;
    rows = Chunks.of(kernel.rows(), (kernel.k() + 1) * (kernel.width() + 16));
    rowBytes = 4 * kernel.width();
    vectorised = F.loopBound(kernel.width());
  }

  @Override
  public void bind(long[] operands, long workspace) {
    dense = operands[0];
    indices = operands[1];
    table = operands[2];
    out = operands[3];
  }

  @Override
  public long scratchBytes() {
    return GROUP * VECTOR;
  }

  @Override
  public int chunks(int phase) {
    return rows.count();
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    long from = rows.start(chunk);
    long to = rows.end(chunk);
    long k = kernel.k();
    Indices.check(kernel, indices, from * k, to * k, kernel.entries());
    for (long row = from; row < to; row++) {
      long left = dense + row * rowBytes;
      long place = 4 * row * k;
      long end = place + 4 * k;
      for (; place + 4 * GROUP <= end; place += 4 * GROUP) {
        partials(
            left, entry(place), entry(place + 4), entry(place + 8), entry(place + 12), scratch);
        for (int g = 0; g < GROUP; g++) {
          finish(left, place + 4 * g, scratch + g * VECTOR);
        }
      }
      for (; place < end; place += 4) {
        partial(left, entry(place), scratch);
        finish(left, place, scratch);
      }
    }
  }

  private long entry(long place) {
    return table + rowBytes * ALL.get(JAVA_INT_UNALIGNED, indices + place);
  }

  /** The sums of four products by lane. */
  private void partials(long left, long t0, long t1, long t2, long t3, long to) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (long c = 0; c < 4 * vectorised; c += VECTOR) {
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, left + c, ORDER);
      s0 = FloatVector.fromMemorySegment(F, ALL, t0 + c, ORDER).fma(x, s0);
      s1 = FloatVector.fromMemorySegment(F, ALL, t1 + c, ORDER).fma(x, s1);
      s2 = FloatVector.fromMemorySegment(F, ALL, t2 + c, ORDER).fma(x, s2);
      s3 = FloatVector.fromMemorySegment(F, ALL, t3 + c, ORDER).fma(x, s3);
    }
    s0.intoMemorySegment(ALL, to, ORDER);
    s1.intoMemorySegment(ALL, to + VECTOR, ORDER);
    s2.intoMemorySegment(ALL, to + 2 * VECTOR, ORDER);
    s3.intoMemorySegment(ALL, to + 3 * VECTOR, ORDER);
  }

  private void partial(long left, long t, long to) {
    FloatVector s = FloatVector.zero(F);
    for (long c = 0; c < 4 * vectorised; c += VECTOR) {
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, left + c, ORDER);
      s = FloatVector.fromMemorySegment(F, ALL, t + c, ORDER).fma(x, s);
    }
    s.intoMemorySegment(ALL, to, ORDER);
  }

  /** Adds the lanes in a fixed order, four running sums, and the columns past the last vector. */
  private void finish(long left, long place, long lanes) {
    float s0 = ALL.get(JAVA_FLOAT_UNALIGNED, lanes);
    float s1 = ALL.get(JAVA_FLOAT_UNALIGNED, lanes + 4);
    float s2 = ALL.get(JAVA_FLOAT_UNALIGNED, lanes + 8);
    float s3 = ALL.get(JAVA_FLOAT_UNALIGNED, lanes + 12);
    for (long i = 16; i < VECTOR; i += 16) {
      s0 += ALL.get(JAVA_FLOAT_UNALIGNED, lanes + i);
      s1 += ALL.get(JAVA_FLOAT_UNALIGNED, lanes + i + 4);
      s2 += ALL.get(JAVA_FLOAT_UNALIGNED, lanes + i + 8);
      s3 += ALL.get(JAVA_FLOAT_UNALIGNED, lanes + i + 12);
    }
    float sum = (s0 + s1) + (s2 + s3);
    long right = entry(place);
    for (long c = 4 * vectorised; c < rowBytes; c += 4) {
      float x = ALL.get(JAVA_FLOAT_UNALIGNED, left + c);
      sum = Math.fma(x, ALL.get(JAVA_FLOAT_UNALIGNED, right + c), sum);
    }
    ALL.set(JAVA_FLOAT_UNALIGNED, out + place, sum);
  }
}
