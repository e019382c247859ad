package dev.simoom.kernels.simd;

import dev.simoom.kernels.Copy;

/** Copies block after block of a {@link CopyPlan}: whole rows, transposed, or single elements. */
final class CopyTask implements Task {
  /** Elements of a block at the most. */
  private static final long BLOCK = 1 << 15;

  /** Columns of a transposed block at the most: neighbours in the source are its rows. */
  private static final long TRANSPOSED_COLUMNS = 256;

  /** How the elements of a block are moved. */
  private enum Way {
    ROWS,
    TRANSPOSED,
    ELEMENTS
  }

  private final CopyPlan plan;
  private final CopyPlan.Dimension[] outer;
  private final int size;
  private final Way way;
  private final Chunks columns;
  private final Chunks rows;
  private final Chunks blocks;
  private long source;
  private long target;

  CopyTask(Copy kernel) {
    plan = CopyPlan.of(kernel);
    outer = plan.outer().toArray(CopyPlan.Dimension[]::new);
    size = kernel.source().type().bytes();
    boolean dense = plan.columns().source() == size && plan.columns().target() == size;
    boolean transposed = plan.rows().source() == size && plan.columns().target() == size;
    way = dense ? Way.ROWS : transposed ? Way.TRANSPOSED : Way.ELEMENTS;
    long widest = way == Way.TRANSPOSED ? TRANSPOSED_COLUMNS : BLOCK;
    columns = new Chunks(plan.columns().extent(), Math.clamp(plan.columns().extent(), 1, widest));
    rows = new Chunks(plan.rows().extent(), BLOCK / columns.size());
    long count = kernel.elements() == 0 ? 0 : plan.planes() * rows.count() * columns.count();
    blocks = Chunks.of(count, columns.size() * Math.min(rows.size(), rows.total()));
  }

  @Override
  public void bind(long[] operands, long workspace) {
    source = operands[0];
    target = operands[1];
  }

  @Override
  public long scratchBytes() {
    return Math.max(Transposition.STAGE_BYTES, Moves.TILE_BYTES);
  }

  @Override
  public int chunks(int phase) {
    return blocks.count();
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    long to = blocks.end(chunk);
    for (long block = blocks.start(chunk); block < to; block++) {
      int column = (int) (block % columns.count());
      long rest = block / columns.count();
      int row = (int) (rest % rows.count());
      long from = columns.start(column) * plan.columns().source();
      long into = columns.start(column) * plan.columns().target();
      from += rows.start(row) * plan.rows().source();
      into += rows.start(row) * plan.rows().target();
      rest /= rows.count();
      for (int i = outer.length - 1; i >= 0; i--) {
        from += rest % outer[i].extent() * outer[i].source();
        into += rest % outer[i].extent() * outer[i].target();
        rest /= outer[i].extent();
      }
      long height = rows.end(row) - rows.start(row);
      move(
          source + from,
          target + into,
          height,
          columns.end(column) - columns.start(column),
          scratch);
    }
  }

  private void move(long from, long to, long height, long width, long scratch) {
    long fromRow = plan.rows().source();
    long toRow = plan.rows().target();
    long fromColumn = plan.columns().source();
    long toColumn = plan.columns().target();
    switch (way) {
      case ROWS -> {
        for (long r = 0; r < height; r++) {
          Moves.bytes(from + r * fromRow, to + r * toRow, width * size);
        }
      }
      case TRANSPOSED -> {
        if (size == 4) {
          int rowCount = (int) height;
          Transposition.run(from, fromColumn, to, toRow, rowCount, (int) width, scratch);
        } else {
          Moves.transposeShorts(from, fromColumn, to, toRow, height, width, scratch);
        }
      }
      case ELEMENTS -> {
        for (long r = 0; r < height; r++) {
          Moves.elements(from + r * fromRow, fromColumn, to + r * toRow, toColumn, width, size);
        }
      }
    }
  }
}
