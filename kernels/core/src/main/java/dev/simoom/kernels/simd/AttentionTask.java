package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.FLOAT;
import static dev.simoom.kernels.simd.TileProduct.PANEL;
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
  private static final int TILE_KEYS = 11 * TileProduct.KEYS;
  private static final int CHUNKS_WANTED = 32;

  private final AttentionPlan plan;
  private final AttentionInputs in;
  private final AttentionOperand out;
  private long logSumExp;

  // Places in scratch memory.
  private final long output;
  private final long scores;
  private final long maxima;
  private final long shift;
  private final long decay;
  private final long sums;
  private final long totals;
  private final long scratchBytes;

  AttentionTask(Attention kernel) {
    plan = new AttentionPlan(kernel, CHUNKS_WANTED);
    ScratchLayout scratch = new ScratchLayout();
    in = new AttentionInputs(kernel, plan, scratch);
    out = new AttentionOperand(kernel, kernel.out());
    output = scratch.take(WIDTH * plan.row);
    scores = scratch.take((long) TILE_KEYS * WIDTH_BYTES);
    maxima = scratch.take(WIDTH_BYTES);
    shift = scratch.take(WIDTH_BYTES);
    decay = scratch.take(WIDTH_BYTES);
    sums = scratch.take(WIDTH_BYTES);
    totals = scratch.take(WIDTH_BYTES);
    scratchBytes = scratch.bytes();
  }

  @Override
  public void bind(long[] operands, long workspace) {
    in.bind(operands);
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
    in.begin(scratch);
    for (long i = plan.firstInstance(chunk); i < plan.endInstance(chunk); i++) {
      part(i, plan.firstBlock(part), plan.firstBlock(part + 1), scratch);
    }
  }

  private void part(long instance, int firstBlock, int endBlock, long s) {
    in.packKeys(instance, plan.visible(endBlock), s);
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
    in.packQueries(instance, block, s);
    AttentionTile.fill(s + maxima, Float.NEGATIVE_INFINITY);
    if (plan.visible(block + 1) == 0) {
      Rows.zero(s + output, WIDTH * plan.row / 4);
      AttentionTile.fill(s + totals, 0);
    }
  }

  private void tile(int block, int key, int n, long s) {
    long row = plan.row;
    long tile = s + scores;
    in.scores(block, key, n, tile, s);
    AttentionTile.maxima(tile, n, s + maxima, s + shift, s + decay);
    if (key == 0) {
      AttentionTile.powers(tile, n, s + shift, s + totals);
    } else {
      AttentionTile.powers(s + decay, 1, s + shift, s + sums);
      AttentionTile.powers(tile, n, s + shift, s + sums);
      AttentionTile.accumulate(s + totals, s + decay, s + sums);
      AttentionTile.decay(s + output, row, plan.panels * PANEL, s + decay);
    }
    plan.sumOverKeys(
        block, key, n, tile, s + in.values + key * row, s + output, key > 0, s + in.frame);
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
