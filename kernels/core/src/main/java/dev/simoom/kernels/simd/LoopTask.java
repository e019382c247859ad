package dev.simoom.kernels.simd;

import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.LoopKernel;
import java.util.ArrayList;
import java.util.List;

/**
 * A loop kernel cut into chunks.
 *
 * <p>Rows come in units, and where nothing is reduced along the columns these are cut too. Column
 * reductions add up the rows of each unit apart; a last phase combines them. Few but long rows with
 * row reductions are run pass by pass, each with all threads, and a short phase between passes
 * combines the reductions.
 */
final class LoopTask implements Task {
  /** Vector operations times elements that are worth a chunk. */
  private static final long CHUNK_WORK = 1 << 16;

  /** Rows whose column sums are accumulated in single precision before they are combined. */
  private static final long REDUCED_ROWS = 128;

  /**
   * Chunks that are enough for any number of threads; more of them only break the streams that the
   * processor fetches ahead.
   */
  private static final long MANY_CHUNKS = 256;

  private static final long LONG_ROW = 1 << 16;
  private static final long FEW_ROWS = 16;

  private final LoopRunner runner;
  private final CompiledLoop loop;
  private final List<ColumnCombine> combines = new ArrayList<>();
  private final long rows;
  private final long columns;

  /** Rows that a column reduction makes one of; all rows if there is none. */
  private final long span;

  private final long unitsPerSpan;
  private final long unitRows;
  private final long units;
  private final long unitsPerChunk;
  private final long columnStep;
  private final boolean byPass;
  private final long blocks;
  private long workspace;

  LoopTask(LoopKernel kernel) {
    runner = new LoopRunner(kernel, true);
    loop = runner.loop;
    LoopNest nest = runner.nest;
    for (Instruction i : nest.structure.body()) {
      if (i instanceof Instruction.ColumnReduce reduce) {
        combines.add(new ColumnCombine(nest.structure, reduce));
      }
    }
    rows = nest.rowCount();
    columns = nest.columns();
    boolean empty = rows == 0 || columns == 0;
    boolean reducesRows = loop.reductions.count() > 0;
    long rowWork = Math.max(1, columns * loop.weight);
    if (combines.isEmpty()) {
      span = Math.max(1, rows);
      long together = Math.min(runner.rowsTogether, span);
      long worth = Math.max(1, CHUNK_WORK / rowWork);
      unitRows = Math.min(span, reducesRows ? ceil(worth, together) * together : worth);
    } else {
      span = Math.max(1, nest.reducedRows());
      unitRows = Math.min(REDUCED_ROWS, span);
    }
    unitsPerSpan = ceil(span, unitRows);
    units = empty ? 0 : rows / span * unitsPerSpan;
    byPass = reducesRows && rows <= FEW_ROWS && columns > LONG_ROW;
    unitsPerChunk = Math.max(1, CHUNK_WORK / (unitRows * rowWork));
    columnStep = columnStep(reducesRows);
    blocks = ceil(columns, LoopFrame.BLOCK);
    runner.planes(planeBytes());
  }

  private long columnStep(boolean reducesRows) {
    boolean whole = !byPass && (reducesRows || loop.storesRows || units >= FEW_ROWS);
    if (whole || columns == 0) {
      return Math.max(1, columns);
    }
    long worth = Math.max(CHUNK_WORK / (unitRows * loop.weight + 1), columns / MANY_CHUNKS);
    return Math.min(columns, ceil(Math.max(worth, 1), LoopFrame.BLOCK) * LoopFrame.BLOCK);
  }

  private static long ceil(long a, long b) {
    return (a + b - 1) / b;
  }

  /** Bytes of a partial row: whole vectors. */
  private long pitch() {
    return 4 * ceil(columns, Simd.LANES) * Simd.LANES;
  }

  private long planeBytes() {
    return (units * pitch() + 63) & -64L;
  }

  private long totals() {
    return workspace + combines.size() * planeBytes();
  }

  private long rowTotalBytes() {
    return 8 * blocks * loop.reductions.count();
  }

  private long results() {
    return totals() + rows * rowTotalBytes();
  }

  @Override
  public long workspaceBytes() {
    long bytes = combines.size() * planeBytes();
    return byPass ? bytes + rows * (rowTotalBytes() + 8L * loop.reductions.count()) : bytes;
  }

  @Override
  public long scratchBytes() {
    return loop.frame.bytes();
  }

  @Override
  public void bind(long[] operands, long shared) {
    runner.bind(operands);
    workspace = shared;
  }

  @Override
  public int phases() {
    return mainPhases() + (combines.isEmpty() ? 0 : 1);
  }

  private int mainPhases() {
    return byPass ? 2 * loop.passes : 1;
  }

  @Override
  public int chunks(int phase) {
    if (units == 0) {
      return 0;
    }
    if (phase == mainPhases()) {
      return Math.toIntExact(ceil(spans(), spansPerChunk()) * ceil(columns, combineStep()));
    }
    if (byPass && phase % 2 == 1) {
      return 1;
    }
    return Math.toIntExact(ceil(units, unitsPerChunk) * columnChunks());
  }

  private long columnChunks() {
    return ceil(columns, columnStep);
  }

  private long spans() {
    return rows / span;
  }

  private long spansPerChunk() {
    return Math.max(1, CHUNK_WORK / (unitsPerSpan * columns * 2));
  }

  private long combineStep() {
    return Math.min(columns, ceil(CHUNK_WORK, unitsPerSpan * 2 * 1024) * 1024);
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    if (phase == mainPhases()) {
      combineColumns(chunk);
    } else if (byPass && phase % 2 == 1) {
      combineRows(phase / 2, scratch);
    } else {
      long group = chunk / columnChunks();
      long column0 = chunk % columnChunks() * columnStep;
      long column1 = Math.min(columns, column0 + columnStep);
      long end = Math.min(units, (group + 1) * unitsPerChunk);
      for (long unit = group * unitsPerChunk; unit < end; unit++) {
        runUnit(phase / 2, unit, column0, column1, scratch);
      }
    }
  }

  private void runUnit(int pass, long unit, long column0, long column1, long scratch) {
    long first = unit / unitsPerSpan * span;
    long row0 = first + unit % unitsPerSpan * unitRows;
    long row1 = Math.min(first + span, row0 + unitRows);
    long partial = workspace + unit * pitch();
    if (!byPass || pass == 0) {
      for (int i = 0; i < combines.size(); i++) {
        long start = partial + i * planeBytes() + 4 * column0;
        Cells.fill(start, column1 - column0, combines.get(i).identityBits());
      }
    }
    if (!byPass) {
      runner.run(row0, row1, column0, column1, scratch, partial);
      return;
    }
    for (long row = row0; row < row1; row++) {
      runner.runPass(pass, row, column0, column1, scratch, partial, totalsOf(row), resultsOf(row));
    }
  }

  private long totalsOf(long row) {
    return totals() + row * rowTotalBytes();
  }

  private long resultsOf(long row) {
    return results() + row * 8 * loop.reductions.count();
  }

  private void combineRows(int pass, long scratch) {
    for (long row = 0; row < rows; row++) {
      runner.combine(pass, blocks, totalsOf(row), resultsOf(row));
      if (pass == loop.passes - 1) {
        runner.finishRow(row, scratch, resultsOf(row));
      }
    }
  }

  private void combineColumns(int chunk) {
    long pieces = ceil(columns, combineStep());
    long column0 = chunk % pieces * combineStep();
    long width = Math.min(columns - column0, combineStep());
    long first = chunk / pieces * spansPerChunk();
    long last = Math.min(spans(), first + spansPerChunk());
    for (long s = first; s < last; s++) {
      for (int i = 0; i < combines.size(); i++) {
        ColumnCombine combine = combines.get(i);
        long from = workspace + i * planeBytes() + s * unitsPerSpan * pitch() + 4 * column0;
        long to = runner.at(combine.operand, s * span) + column0 * combine.elementBytes();
        combine.run(from, pitch(), unitsPerSpan, width, to);
      }
    }
  }
}
