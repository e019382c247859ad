package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.FLOAT;
import static dev.simoom.kernels.simd.TileProduct.WIDTH;
import static dev.simoom.kernels.simd.TileProduct.WIDTH_BYTES;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;

/**
 * The gradients of attention, by blocks of queries and tiles of keys like {@link AttentionTask}.
 *
 * <p>A chunk gathers the gradients of all keys and values its queries see, in scratch memory where
 * it is the only part of its instance. Otherwise each part has a place in the workspace, and a
 * second phase adds the parts in their order.
 */
final class AttentionGradientTask implements Task {
  private static final int TILE_KEYS = 6 * TileProduct.KEYS;
  private static final int CHUNKS_WANTED = 16;

  private final AttentionPlan plan;

  /** Products of a tile with padded rows. */
  private final TileProduct ofTile;

  private final AttentionInputs in;
  private final AttentionOperand out;
  private final AttentionOperand gradOut;
  private final AttentionOperand gradQ;
  private final AttentionOperand gradK;
  private final AttentionOperand gradV;
  private long logSumExp;
  private long workspace;

  /** Bytes of the gathered gradient of the keys; that of the values follows it. */
  private final long gatheredBytes;

  // Places in scratch memory.
  private final long outputs;
  private final long outputsTransposed;
  private final long queryGradient;
  private final long probabilities;
  private final long scoreGradient;
  private final long normalizers;
  private final long dots;
  private final long sums;
  private final long gathered;
  private final long scratchBytes;

  AttentionGradientTask(AttentionGradient kernel) {
    Attention forward = kernel.forward();
    plan = new AttentionPlan(forward, CHUNKS_WANTED);
    ofTile = TileProduct.rows(WIDTH_BYTES, 4, Math.toIntExact(plan.row));
    ScratchLayout scratch = new ScratchLayout();
    in = new AttentionInputs(forward, plan, scratch);
    out = new AttentionOperand(forward, forward.out());
    gradOut = new AttentionOperand(forward, kernel.gradOut());
    gradQ = new AttentionOperand(forward, kernel.gradQ());
    gradK = new AttentionOperand(forward, kernel.gradK());
    gradV = new AttentionOperand(forward, kernel.gradV());
    gatheredBytes = Rows.padded(plan.keys) * plan.row;
    outputs = scratch.take(WIDTH * plan.row);
    outputsTransposed = scratch.take(plan.transposedBytes());
    queryGradient = scratch.take(WIDTH * plan.row);
    probabilities = scratch.take((long) TILE_KEYS * WIDTH_BYTES);
    scoreGradient = scratch.take((long) TILE_KEYS * WIDTH_BYTES);
    normalizers = scratch.take(WIDTH_BYTES);
    dots = scratch.take(WIDTH_BYTES);
    sums = scratch.take(WIDTH_BYTES);
    gathered = scratch.take(plan.parts > 1 ? 0 : 2 * gatheredBytes);
    scratchBytes = scratch.bytes();
  }

  @Override
  public void bind(long[] operands, long workspaceStart) {
    in.bind(operands);
    out.bind(operands[3]);
    logSumExp = operands[4];
    gradOut.bind(operands[5]);
    gradQ.bind(operands[6]);
    gradK.bind(operands[7]);
    gradV.bind(operands[8]);
    workspace = workspaceStart;
  }

  @Override
  public long workspaceBytes() {
    return plan.parts > 1 ? plan.instances * plan.parts * 2 * gatheredBytes : 0;
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public int phases() {
    return plan.parts > 1 ? 2 : 1;
  }

  @Override
  public int chunks(int phase) {
    return plan.chunks();
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    int part = plan.part(chunk);
    if (phase == 1) {
      addParts(plan.firstInstance(chunk), part);
      return;
    }
    in.begin(scratch);
    for (long i = plan.firstInstance(chunk); i < plan.endInstance(chunk); i++) {
      if (plan.parts > 1) {
        part(i, part, gatheredBy(i, part), scratch);
      } else {
        part(i, 0, scratch + gathered, scratch);
        writeKeys(i, 0, plan.keys, scratch + gathered);
      }
    }
  }

  private long gatheredBy(long instance, int part) {
    return workspace + (instance * plan.parts + part) * 2 * gatheredBytes;
  }

  private void part(long instance, int part, long into, long s) {
    int firstBlock = plan.firstBlock(part);
    int endBlock = plan.firstBlock(part + 1);
    int n = firstBlock == endBlock ? 0 : plan.visible(endBlock);
    in.packKeys(instance, n, s);
    long unseen = (gatheredBytes - n * plan.row) / 4;
    Rows.zero(into + n * plan.row, unseen);
    Rows.zero(into + gatheredBytes + n * plan.row, unseen);
    for (int block = firstBlock; block < endBlock; block++) {
      start(instance, block, s);
      int visible = plan.visible(block + 1);
      for (int key = 0; key < visible; key += TILE_KEYS) {
        int tile = Math.min(TILE_KEYS, visible - key);
        scoreGradients(block, key, tile, s);
        boolean add = block > firstBlock;
        sumOverQueries(
            block, key, tile, s + probabilities, s + outputs, into + gatheredBytes, add, s);
        sumOverQueries(block, key, tile, s + scoreGradient, s + in.queries, into, add, s);
        long rows = s + in.keys + key * plan.row;
        plan.sumOverKeys(
            block, key, tile, s + scoreGradient, rows, s + queryGradient, key > 0, s + in.frame);
      }
      finish(instance, block, s);
    }
  }

  private void start(long instance, int block, long s) {
    long first = (long) block * WIDTH;
    int n = plan.queriesIn(block);
    long row = plan.row;
    in.packQueries(instance, block, s);
    in.packBlock(gradOut, instance, block, s + outputs, 1);
    in.transpose(s + outputs, s + outputsTransposed, s);
    in.packBlock(out, instance, block, s + queryGradient, 1);
    Rows.dots(s + outputs, s + queryGradient, row, plan.head, s + in.temporary, s + dots);
    if (plan.visible(block + 1) == 0) {
      Rows.zero(s + queryGradient, WIDTH * row / 4);
    }
    for (int i = 0; i < WIDTH; i++) {
      float normalizer =
          i < n ? ALL.get(FLOAT, logSumExp + 4 * (instance * plan.queries + first + i)) : 0;
      // A query that sees no key: with this its probabilities are 0, not NaN.
      boolean blind = normalizer == Float.NEGATIVE_INFINITY;
      float log2 = blind ? Float.POSITIVE_INFINITY : PolynomialMath.LOG2_E * normalizer;
      ALL.set(FLOAT, s + normalizers + 4L * i, log2);
    }
  }

  /** Makes a tile of probabilities and one of the gradients of their scores. */
  private void scoreGradients(int block, int key, int n, long s) {
    long tile = s + probabilities;
    long gradient = s + scoreGradient;
    in.scores(block, key, n, tile, s);
    AttentionTile.powers(tile, n, s + normalizers, s + sums);
    in.products(n, s + in.values + key * plan.row, s + outputsTransposed, gradient, s);
    AttentionTile.scoreGradient(tile, gradient, n, s + dots);
  }

  /**
   * For each key of a tile, adds the sum of a block's rows weighted by the key's row of the tile.
   *
   * <p>The keys from {@code seen} on come first with this block, so that theirs is set, not added;
   * and only from some query on.
   */
  private void sumOverQueries(
      int block, int key, int n, long tile, long rows, long into, boolean add, long s) {
    long row = plan.row;
    long frame = s + in.frame;
    int count = plan.queriesIn(block);
    int seen = Math.clamp(plan.visible(block) - key, 0, n);
    long to = into + key * row;
    ofTile.multiply(seen, plan.panels, count, tile, rows, to, row, add, frame);
    for (int i = seen; i < n; i += TileProduct.HEIGHT) {
      int query = plan.firstQuery(block, key + i);
      ofTile.multiply(
          TileProduct.HEIGHT,
          plan.panels,
          count - query,
          tile + (long) i * WIDTH_BYTES + 4L * query,
          rows + query * row,
          to + i * row,
          row,
          false,
          frame);
    }
  }

  private void finish(long instance, int block, long s) {
    long first = (long) block * WIDTH;
    for (int i = 0; i < plan.queriesIn(block); i++) {
      long to = gradQ.at(instance, first + i);
      Rows.scale(s + queryGradient + i * plan.row, plan.head, to, plan.scale);
    }
  }

  private void addParts(long instance, int slice) {
    int first = (int) ((long) slice * plan.keys / plan.parts);
    int end = (int) ((long) (slice + 1) * plan.keys / plan.parts);
    long floats = (end - first) * plan.row / 4;
    long sum = gatheredBy(instance, 0);
    for (int part = 1; part < plan.parts; part++) {
      long from = gatheredBy(instance, part) + first * plan.row;
      Rows.add(from, floats, sum + first * plan.row);
      Rows.add(from + gatheredBytes, floats, sum + gatheredBytes + first * plan.row);
    }
    writeKeys(instance, first, end, sum);
  }

  private void writeKeys(long instance, int first, int end, long from) {
    for (int i = first; i < end; i++) {
      long row = from + i * plan.row;
      Rows.scale(row, plan.head, gradK.at(instance, i), PolynomialMath.LN2);
      Rows.scale(row + gatheredBytes, plan.head, gradV.at(instance, i), 1);
    }
  }
}
