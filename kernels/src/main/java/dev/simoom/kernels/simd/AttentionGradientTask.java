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
  private static final int TILE_KEYS = 64;
  private static final int CHUNKS_WANTED = 16;

  private final AttentionPlan plan;
  private final AttentionOperand q;
  private final AttentionOperand k;
  private final AttentionOperand v;
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
  private final long keys;
  private final long values;
  private final long queries;
  private final long queriesTransposed;
  private final long outputs;
  private final long outputsTransposed;
  private final long queryGradient;
  private final long probabilities;
  private final long scoreGradient;
  private final long normalizers;
  private final long dots;
  private final long partial;
  private final long ramp;
  private final long gathered;
  private final long scratchBytes;

  AttentionGradientTask(AttentionGradient kernel) {
    Attention forward = kernel.forward();
    plan = new AttentionPlan(forward, CHUNKS_WANTED);
    q = new AttentionOperand(forward, forward.q());
    k = new AttentionOperand(forward, forward.k());
    v = new AttentionOperand(forward, forward.v());
    out = new AttentionOperand(forward, forward.out());
    gradOut = new AttentionOperand(forward, kernel.gradOut());
    gradQ = new AttentionOperand(forward, kernel.gradQ());
    gradK = new AttentionOperand(forward, kernel.gradK());
    gradV = new AttentionOperand(forward, kernel.gradV());
    gatheredBytes = Rows.padded(plan.keys) * plan.row;
    ScratchLayout scratch = new ScratchLayout();
    keys = scratch.take(Rows.padded(plan.keys) * plan.row);
    values = scratch.take(Rows.padded(plan.keys) * plan.row);
    queries = scratch.take(WIDTH * plan.row);
    queriesTransposed = scratch.take((long) plan.head * WIDTH_BYTES);
    outputs = scratch.take(WIDTH * plan.row);
    outputsTransposed = scratch.take((long) plan.head * WIDTH_BYTES);
    queryGradient = scratch.take(WIDTH * plan.row);
    probabilities = scratch.take((long) TILE_KEYS * WIDTH_BYTES);
    scoreGradient = scratch.take((long) TILE_KEYS * WIDTH_BYTES);
    normalizers = scratch.take(WIDTH_BYTES);
    dots = scratch.take(WIDTH_BYTES);
    partial = scratch.take(WIDTH_BYTES);
    ramp = scratch.take(WIDTH_BYTES);
    gathered = scratch.take(plan.parts > 1 ? 0 : 2 * gatheredBytes);
    scratchBytes = scratch.bytes();
  }

  @Override
  public void bind(long[] operands, long workspaceStart) {
    q.bind(operands[0]);
    k.bind(operands[1]);
    v.bind(operands[2]);
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
    AttentionTile.ramp(scratch + ramp);
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
    int n = plan.visible(endBlock);
    int padded = Rows.padded(n);
    Rows.pack(k.at(instance, 0), k.row, n, plan.head, s + keys, plan.row, padded, 1);
    Rows.pack(v.at(instance, 0), v.row, n, plan.head, s + values, plan.row, padded, 1);
    Rows.zero(into, 2 * gatheredBytes / 4);
    for (int block = firstBlock; block < endBlock; block++) {
      start(instance, block, s);
      int visible = plan.visible(block + 1);
      for (int key = 0; key < visible; key += TILE_KEYS) {
        int tile = Math.min(TILE_KEYS, visible - key);
        probabilities(block, key, tile, s);
        values(block, key, tile, into + gatheredBytes, s);
        keysAndQueries(block, key, tile, into, s);
      }
      finish(instance, block, s);
    }
  }

  private void start(long instance, int block, long s) {
    long first = (long) block * WIDTH;
    int n = plan.queriesIn(block);
    int head = plan.head;
    long row = plan.row;
    Rows.pack(q.at(instance, first), q.row, n, head, s + queries, row, WIDTH, plan.scale);
    Rows.transpose(s + queries, row, head, s + queriesTransposed);
    Rows.pack(gradOut.at(instance, first), gradOut.row, n, head, s + outputs, row, WIDTH, 1);
    Rows.transpose(s + outputs, row, head, s + outputsTransposed);
    Rows.pack(out.at(instance, first), out.row, n, head, s + queryGradient, row, WIDTH, 1);
    Rows.dots(s + outputs, s + queryGradient, row, head, s + partial, s + dots);
    Rows.zero(s + queryGradient, WIDTH * row / 4);
    for (int i = 0; i < WIDTH; i++) {
      float normalizer =
          i < n ? ALL.get(FLOAT, logSumExp + 4 * (instance * plan.queries + first + i)) : 0;
      // A query that sees no key: with this its probabilities are 0, not NaN.
      boolean blind = normalizer == Float.NEGATIVE_INFINITY;
      ALL.set(FLOAT, s + normalizers + 4L * i, blind ? Float.POSITIVE_INFINITY : normalizer);
    }
  }

  private void probabilities(int block, int key, int n, long s) {
    long tile = s + probabilities;
    TileProduct.multiply(
        n,
        1,
        plan.head,
        s + keys + key * plan.row,
        plan.row,
        4,
        s + queriesTransposed,
        WIDTH_BYTES,
        tile,
        WIDTH_BYTES,
        false);
    plan.mask(tile, block, key, n, s + ramp);
    AttentionTile.exponentials(tile, n, s + normalizers, s + partial);
  }

  private void values(int block, int key, int n, long gradient, long s) {
    long row = plan.row;
    TileProduct.multiply(
        n,
        plan.panels,
        plan.queriesIn(block),
        s + probabilities,
        WIDTH_BYTES,
        4,
        s + outputs,
        row,
        gradient + key * row,
        row,
        true);
    TileProduct.multiply(
        n,
        1,
        plan.head,
        s + values + key * row,
        row,
        4,
        s + outputsTransposed,
        WIDTH_BYTES,
        s + scoreGradient,
        WIDTH_BYTES,
        false);
    AttentionTile.scoreGradient(s + probabilities, s + scoreGradient, n, s + dots);
  }

  private void keysAndQueries(int block, int key, int n, long gradient, long s) {
    long row = plan.row;
    TileProduct.multiply(
        n,
        plan.panels,
        plan.queriesIn(block),
        s + scoreGradient,
        WIDTH_BYTES,
        4,
        s + queries,
        row,
        gradient + key * row,
        row,
        true);
    TileProduct.multiply(
        WIDTH,
        plan.panels,
        n,
        s + scoreGradient,
        4,
        WIDTH_BYTES,
        s + keys + key * row,
        row,
        s + queryGradient,
        row,
        true);
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
      Rows.scale(row, plan.head, gradK.at(instance, i), 1);
      Rows.scale(row + gatheredBytes, plan.head, gradV.at(instance, i), 1);
    }
  }
}
