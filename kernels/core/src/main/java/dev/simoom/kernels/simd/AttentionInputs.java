package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.TileProduct.PANEL;
import static dev.simoom.kernels.simd.TileProduct.WIDTH;
import static dev.simoom.kernels.simd.TileProduct.WIDTH_BYTES;

import dev.simoom.kernels.Attention;

/**
 * Queries, keys and values, their padded copies in scratch memory, and the tiles of scores made of
 * them: what attention and its gradients do alike.
 *
 * <p>{@code s} is the start of a thread's scratch memory; {@link #keys} and the other places are
 * counted from there.
 */
final class AttentionInputs {
  private final AttentionPlan plan;
  private final AttentionOperand q;
  private final AttentionOperand k;
  private final AttentionOperand v;

  /** Place of the padded rows of an instance's keys. */
  final long keys;

  /** Place of the padded rows of an instance's values. */
  final long values;

  /** Place of a block's padded queries, times the scale and 1 / ln 2. */
  final long queries;

  /** Place of {@link Rows#DOTS_BYTES} bytes that nothing keeps. */
  final long temporary;

  /** Place of the frame of micro-kernels. */
  final long frame;

  private final long queriesTransposed;
  private final long ramp;

  AttentionInputs(Attention kernel, AttentionPlan plan, ScratchLayout scratch) {
    this.plan = plan;
    q = new AttentionOperand(kernel, kernel.q());
    k = new AttentionOperand(kernel, kernel.k());
    v = new AttentionOperand(kernel, kernel.v());
    keys = scratch.take(Rows.padded(plan.keys) * plan.row);
    values = scratch.take(Rows.padded(plan.keys) * plan.row);
    queries = scratch.take(WIDTH * plan.row);
    queriesTransposed = scratch.take(plan.transposedBytes());
    ramp = scratch.take(WIDTH_BYTES);
    temporary = scratch.take(Rows.DOTS_BYTES);
    frame = scratch.take(MicroKernel.FRAME_BYTES);
  }

  /** Sets the addresses; the three come first among the operands. */
  void bind(long[] operands) {
    q.bind(operands[0]);
    k.bind(operands[1]);
    v.bind(operands[2]);
  }

  /** Prepares scratch memory for a chunk. */
  void begin(long s) {
    AttentionTile.ramp(s + ramp);
  }

  /** Copies the first {@code n} keys and values of an instance. */
  void packKeys(long instance, int n, long s) {
    int padded = Rows.padded(n);
    pack(k, instance, 0, n, s + keys, padded, 1);
    pack(v, instance, 0, n, s + values, padded, 1);
  }

  /** Copies the queries of a block, plain and transposed. */
  void packQueries(long instance, int block, long s) {
    packBlock(q, instance, block, s + queries, plan.scale * PolynomialMath.LOG2_E);
    transpose(s + queries, s + queriesTransposed, s);
  }

  /** Copies a block's rows of an operand, times a factor. */
  void packBlock(AttentionOperand operand, long instance, int block, long to, float factor) {
    pack(operand, instance, (long) block * WIDTH, plan.queriesIn(block), to, WIDTH, factor);
  }

  private void pack(
      AttentionOperand operand,
      long instance,
      long first,
      int n,
      long to,
      int padded,
      float factor) {
    Rows.pack(operand.at(instance, first), operand.row, n, plan.head, to, plan.row, padded, factor);
  }

  /** Turns a block of padded rows into one row of its queries for each feature. */
  void transpose(long rows, long to, long s) {
    Transposition.run(rows, plan.row, to, WIDTH_BYTES, plan.panels * PANEL, WIDTH, s + temporary);
  }

  /**
   * Makes a tile of the scores of {@code n} keys, as logarithms to base 2, with what a query must
   * not see hidden.
   */
  void scores(int block, int key, int n, long tile, long s) {
    products(n, s + keys + key * plan.row, s + queriesTransposed, tile, s);
    plan.mask(tile, block, key, n, s + ramp);
  }

  /** A tile of the products of {@code n} padded rows with a block transposed. */
  void products(int n, long rows, long transposed, long tile, long s) {
    plan.scores.multiply(n, 1, plan.head, rows, transposed, tile, WIDTH_BYTES, false, s + frame);
  }
}
