package dev.simoom.kernels.simd;

import dev.simoom.kernels.Attention;

/**
 * How attention is cut: blocks of as many queries as a register tile is wide, tiles of keys, and
 * chunks, which are either several whole instances (an instance is one batch element of one head)
 * or, where instances are few, one of several parts of an instance's queries.
 */
final class AttentionPlan {
  private static final double CHUNK_FLOPS = 1e6;
  private static final int LEAST_BLOCKS = 3;

  final int queries;
  final int keys;
  final int head;
  final boolean causal;
  final float scale;

  /** Panels of a padded row. */
  final int panels;

  /** Bytes from one padded row to the next. */
  final long row;

  /** Products of padded rows with a block transposed: tiles of scores. */
  final TileProduct scores;

  /** Products of a tile transposed with padded rows. */
  final TileProduct ofTileTransposed;

  /** Blocks of queries of one instance. */
  final int blocks;

  final long instances;

  /** Parts into which an instance's queries are cut. */
  final int parts;

  private final long instancesPerChunk;

  AttentionPlan(Attention kernel, int chunksWanted) {
    queries = Math.toIntExact(kernel.queryLength());
    keys = Math.toIntExact(kernel.keyLength());
    head = Math.toIntExact(kernel.headSize());
    causal = kernel.causal();
    scale = kernel.scale();
    panels = Rows.panels(head);
    row = Rows.distance(head);
    int between = Math.toIntExact(row);
    scores = TileProduct.scores(between);
    ofTileTransposed = TileProduct.rows(4, TileProduct.WIDTH_BYTES, between);
    blocks = Math.ceilDiv(queries, TileProduct.WIDTH);
    instances = kernel.batchCount();
    long wanted = instances == 0 ? 1 : Math.ceilDiv(chunksWanted, instances);
    parts = Math.clamp(wanted, 1, Math.max(1, blocks / LEAST_BLOCKS));
    double each = 4.0 * (queries + TileProduct.WIDTH) * (keys + TileProduct.WIDTH) * (head + 16);
    long group = (long) Math.max(1, CHUNK_FLOPS / each);
    instancesPerChunk = parts > 1 ? 1 : Math.max(group, Math.ceilDiv(instances, 1 << 20));
  }

  int chunks() {
    return Math.toIntExact(Math.ceilDiv(instances, instancesPerChunk) * parts);
  }

  /** The first instance of a chunk. */
  long firstInstance(int chunk) {
    return chunk / parts * instancesPerChunk;
  }

  /** The instance after a chunk's last. */
  long endInstance(int chunk) {
    return Math.min(instances, firstInstance(chunk) + instancesPerChunk);
  }

  /** The part of a chunk; the later parts, which see more keys, come first. */
  int part(int chunk) {
    return parts - 1 - chunk % parts;
  }

  /** The first block of a part. */
  int firstBlock(int part) {
    return (int) ((long) part * blocks / parts);
  }

  /** Queries in a block. */
  int queriesIn(int block) {
    return Math.min(TileProduct.WIDTH, queries - block * TileProduct.WIDTH);
  }

  /**
   * Keys that at least one query of the blocks before {@code endBlock} sees, rounded up to whole
   * register tiles where there are more keys: products touch whole tiles, so their last rows must
   * be masked ones, not neighbours.
   */
  int visible(int endBlock) {
    if (!causal) {
      return keys;
    }
    long end = Math.min(queries, (long) endBlock * TileProduct.WIDTH);
    return Math.min(keys, Rows.padded(Math.clamp(end + keys - queries, 0, keys)));
  }

  /** Hides, in a tile of scores, the keys after each query. */
  void mask(long tile, int block, int firstKey, int rows, long ramp) {
    if (causal) {
      long shift = (long) firstKey - (keys - queries) - (long) block * TileProduct.WIDTH;
      AttentionTile.mask(tile, rows, Math.toIntExact(shift), ramp);
    }
  }

  /** The first query of a block that sees a key, counted from the block's start. */
  int firstQuery(int block, int key) {
    return causal ? Math.max(0, key - (keys - queries) - block * TileProduct.WIDTH) : 0;
  }

  /**
   * For each query of a block, the sum of rows weighted by its column of a tile.
   *
   * @param tile weights, 0 where hidden: one row for each of {@code n} keys from {@code key} on
   * @param rows the padded row of the tile's first key
   * @param to one padded row for each query
   * @param add whether the sums are added to what is there
   * @param frame start of {@link MicroKernel#FRAME_BYTES} bytes of scratch memory
   */
  void sumOverKeys(
      int block, int key, int n, long tile, long rows, long to, boolean add, long frame) {
    int count = Math.ceilDiv(queriesIn(block), TileProduct.HEIGHT) * TileProduct.HEIGHT;
    int step = firstQuery(block, key + n - 1) == 0 ? count : TileProduct.HEIGHT;
    for (int i = 0; i < count; i += step) {
      int seen = n;
      if (causal) {
        int end = block * TileProduct.WIDTH + i + step + keys - queries;
        seen = Math.clamp((long) end - key, 0, n);
      }
      ofTileTransposed.multiply(
          step, panels, seen, tile + 4L * i, rows, to + i * row, row, add, frame);
    }
  }

  /** Bytes of a block transposed. */
  long transposedBytes() {
    return (long) panels * TileProduct.PANEL * TileProduct.WIDTH_BYTES;
  }
}
