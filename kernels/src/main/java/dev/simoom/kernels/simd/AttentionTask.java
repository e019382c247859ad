package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.FLOAT;
import static dev.simoom.kernels.simd.TileProduct.WIDTH;
import static dev.simoom.kernels.simd.TileProduct.WIDTH_BYTES;

import dev.simoom.kernels.Attention;

/**
 * Attention by blocks of queries and tiles of keys: a tile of scores is made, exponentiated and
 * multiplied with its values while it is in the nearest cache.
 *
 * <p>Scores are made transposed, keys by queries, so that softmax runs down vector lanes and the
 * product with the values reads them as they lie.
 */
final class AttentionTask implements Task {
  private static final int TILE_KEYS = 128;
  private static final int CHUNKS_WANTED = 32;

  private final AttentionPlan plan;
  private final AttentionOperand q;
  private final AttentionOperand k;
  private final AttentionOperand v;
  private final AttentionOperand out;
  private long logSumExp;

  // Places in scratch memory.
  private final long keys;
  private final long values;
  private final long queries;
  private final long queriesTransposed;
  private final long output;
  private final long scores;
  private final long maxima;
  private final long shift;
  private final long decay;
  private final long sums;
  private final long totals;
  private final long ramp;
  private final long temporary;
  private final long scratchBytes;

  AttentionTask(Attention kernel) {
    plan = new AttentionPlan(kernel, CHUNKS_WANTED);
    q = new AttentionOperand(kernel, kernel.q());
    k = new AttentionOperand(kernel, kernel.k());
    v = new AttentionOperand(kernel, kernel.v());
    out = new AttentionOperand(kernel, kernel.out());
    ScratchLayout scratch = new ScratchLayout();
    keys = scratch.take(Rows.padded(plan.keys) * plan.row);
    values = scratch.take(plan.keys * plan.row);
    queries = scratch.take(WIDTH * plan.row);
    queriesTransposed = scratch.take(plan.transposedBytes());
    output = scratch.take(WIDTH * plan.row);
    scores = scratch.take((long) TILE_KEYS * WIDTH_BYTES);
    maxima = scratch.take(WIDTH_BYTES);
    shift = scratch.take(WIDTH_BYTES);
    decay = scratch.take(WIDTH_BYTES);
    sums = scratch.take(WIDTH_BYTES);
    totals = scratch.take(WIDTH_BYTES);
    ramp = scratch.take(WIDTH_BYTES);
    temporary = scratch.take(Transposition.STAGE_BYTES);
    scratchBytes = scratch.bytes();
  }

  @Override
  public void bind(long[] operands, long workspace) {
    q.bind(operands[0]);
    k.bind(operands[1]);
    v.bind(operands[2]);
    out.bind(operands[3]);
    logSumExp = operands[4];
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public int chunks(int phase) {
    return plan.chunks();
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    int part = plan.part(chunk);
    AttentionTile.ramp(scratch + ramp);
    for (long i = plan.firstInstance(chunk); i < plan.endInstance(chunk); i++) {
      part(i, plan.firstBlock(part), plan.firstBlock(part + 1), scratch);
    }
  }

  private void part(long instance, int firstBlock, int endBlock, long s) {
    int n = plan.visible(endBlock);
    Rows.pack(k.at(instance, 0), k.row, n, plan.head, s + keys, plan.row, Rows.padded(n), 1);
    Rows.pack(v.at(instance, 0), v.row, n, plan.head, s + values, plan.row, n, 1);
    for (int block = firstBlock; block < endBlock; block++) {
      start(instance, block, s);
      int visible = plan.visible(block + 1);
      for (int key = 0; key < visible; key += TILE_KEYS) {
        tile(block, key, Math.min(TILE_KEYS, visible - key), s);
      }
      finish(instance, block, s);
    }
  }

  private void start(long instance, int block, long s) {
    long first = q.at(instance, (long) block * WIDTH);
    int n = plan.queriesIn(block);
    Rows.pack(first, q.row, n, plan.head, s + queries, plan.row, WIDTH, plan.scale);
    plan.transpose(s + queries, s + queriesTransposed, s + temporary);
    AttentionTile.fill(s + maxima, Float.NEGATIVE_INFINITY);
    if (plan.visible(block + 1) == 0) {
      Rows.zero(s + output, WIDTH * plan.row / 4);
      AttentionTile.fill(s + totals, 0);
    }
  }

  private void tile(int block, int key, int n, long s) {
    long row = plan.row;
    long tile = s + scores;
    TileProduct.multiply(
        n,
        1,
        plan.head,
        s + keys + key * row,
        row,
        4,
        s + queriesTransposed,
        WIDTH_BYTES,
        tile,
        WIDTH_BYTES,
        false);
    plan.mask(tile, block, key, n, s + ramp);
    AttentionTile.maxima(tile, n, s + maxima, s + shift, s + decay);
    if (key == 0) {
      AttentionTile.exponentials(tile, n, s + shift, s + totals);
    } else {
      AttentionTile.exponentials(s + decay, 1, s + shift, s + sums);
      AttentionTile.exponentials(tile, n, s + shift, s + sums);
      AttentionTile.accumulate(s + totals, s + decay, s + sums);
      AttentionTile.decay(s + output, row, plan.panels * WIDTH, s + decay);
    }
    plan.sumOverKeys(block, key, n, tile, s + values + key * row, s + output, key > 0);
  }

  private void finish(long instance, int block, long s) {
    long first = (long) block * WIDTH;
    int n = plan.queriesIn(block);
    for (int i = 0; i < n; i++) {
      float total = ALL.get(FLOAT, s + totals + 4L * i);
      float factor = total == 0 ? 0 : 1 / total;
      Rows.scale(s + output + i * plan.row, plan.head, out.at(instance, first + i), factor);
    }
    AttentionTile.logSumExp(s + maxima, s + totals);
    Rows.scale(s + totals, n, logSumExp + 4 * (instance * plan.queries + first), 1);
  }
}
