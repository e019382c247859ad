package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Scan;

/**
 * Cuts a scan into groups of lines.
 *
 * <p>A few long lines of real numbers to be added are cut into segments, which are lines of their
 * own at first. In a second phase what comes before each is added up, and in a third added to it.
 */
final class ScanTask implements Task {
  /** Neighbouring lines that are followed together. */
  private static final int STRIP = 256;

  private static final int SEGMENT = 1024;

  /** With fewer lines, each of at least as many segments, these are cut. */
  private static final int FEW = 16;

  private final Scan kernel;
  private final ScanLines lines;
  private final boolean isCut;
  private final long segments;
  private final Chunks groups;
  private final Chunks chunks;
  private final Chunks shifts;
  private long factors;
  private long x;
  private long y;
  private long carries;

  ScanTask(Scan kernel) {
    this.kernel = kernel;
    lines = new ScanLines(kernel);
    long length = kernel.length();
    isCut =
        kernel.kind() == Scan.Kind.SUM
            && kernel.type() == DType.F32
            && kernel.inner() == 1
            && kernel.outer() < FEW
            && length >= (long) FEW * SEGMENT;
    segments = isCut ? Math.ceilDiv(length, SEGMENT) : 1;
    groups =
        kernel.inner() > 1
            ? new Chunks(kernel.inner(), STRIP)
            : new Chunks(isCut ? segments : kernel.outer(), ScanLines.LINES);
    long count = kernel.elements() == 0 ? 0 : repeats() * groups.count();
    // Each element is moved and computed with.
    chunks = Chunks.of(count, 2 * Math.ceilDiv(kernel.elements(), Math.max(1, count)));
    shifts = Chunks.of(isCut ? kernel.outer() * segments : 0, SEGMENT);
  }

  /** How often the groups are met. */
  private long repeats() {
    return isCut || kernel.inner() > 1 ? kernel.outer() : 1;
  }

  @Override
  public void bind(long[] operands, long workspace) {
    boolean hasFactors = kernel.kind() == Scan.Kind.RECURRENCE;
    factors = hasFactors ? operands[0] : 0;
    x = operands[hasFactors ? 1 : 0];
    y = operands[hasFactors ? 2 : 1];
    carries = workspace;
  }

  @Override
  public long workspaceBytes() {
    return isCut ? 4 * kernel.outer() * segments : 0;
  }

  @Override
  public long scratchBytes() {
    return ScanLines.SCRATCH_BYTES;
  }

  @Override
  public int phases() {
    return isCut ? 3 : 1;
  }

  @Override
  public int chunks(int phase) {
    return switch (phase) {
      case 0 -> chunks.count();
      case 1 -> kernel.outer() == 0 ? 0 : 1;
      default -> shifts.count();
    };
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    switch (phase) {
      case 0 -> {
        for (long group = chunks.start(chunk); group < chunks.end(chunk); group++) {
          follow(group / groups.count(), (int) (group % groups.count()), scratch);
        }
      }
      case 1 -> addUp();
      default -> {
        for (long segment = shifts.start(chunk); segment < shifts.end(chunk); segment++) {
          long at = start(segment);
          ScanRows.shift(y + at, Cells.getFloat(carries + 4 * segment), end(segment) - at);
        }
      }
    }
  }

  private void follow(long repeat, int group, long scratch) {
    long length = kernel.length();
    long first = groups.start(group);
    int count = (int) (groups.end(group) - first);
    if (kernel.inner() > 1) {
      long pitch = 4 * kernel.inner();
      long at = repeat * length * pitch + 4 * first;
      lines.sideBySide(factors + at, x + at, y + at, length, pitch, 4 * count, scratch);
    } else if (isCut) {
      long at = start(repeat * segments + first);
      boolean isShort = group == groups.count() - 1 && length % SEGMENT != 0;
      int whole = isShort ? count - 1 : count;
      lines.endToEnd(0, x + at, y + at, SEGMENT, 4 * SEGMENT, whole, scratch);
      if (isShort) {
        at += 4L * SEGMENT * whole;
        lines.endToEnd(0, x + at, y + at, length % SEGMENT, 0, 1, scratch);
      }
    } else {
      long at = 4 * first * length;
      lines.endToEnd(factors + at, x + at, y + at, length, 4 * length, count, scratch);
    }
  }

  /** Bytes from the first element of all to the first of a segment, counted over all lines. */
  private long start(long segment) {
    return 4 * (segment / segments * kernel.length() + segment % segments * SEGMENT);
  }

  private long end(long segment) {
    boolean isLast = segment % segments == segments - 1;
    return isLast ? 4 * (segment / segments + 1) * kernel.length() : start(segment) + 4 * SEGMENT;
  }

  /** Leaves for each segment the sum of those before it in its line. */
  private void addUp() {
    for (long line = 0; line < kernel.outer(); line++) {
      double sum = 0;
      for (long i = 0; i < segments; i++) {
        long segment = line * segments + (kernel.reversed() ? segments - 1 - i : i);
        Cells.putFloat((float) sum, carries + 4 * segment);
        sum += Cells.getFloat(y + (kernel.reversed() ? start(segment) : end(segment) - 4));
      }
    }
  }
}
