package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.Lanes.FLOAT;
import static dev.simoom.bench.ladder.RegisterTile.COLUMNS;
import static dev.simoom.bench.ladder.RegisterTile.ROWS;

import dev.simoom.kernels.Buffer;
import java.lang.foreign.MemorySegment;

/**
 * Attention as in {@link TiledAttention}, with both products in register tiles.
 *
 * <p>The scores of a block of queries with a tile of keys are a small product {@code Q K^T}, what
 * they add to the output another, {@code P V}. For both, keys and values of a head are packed once:
 * the keys transposed, in panels of the keys of one register tile, the values in panels of its
 * features. Keys and values are padded with zeros to whole register tiles; the scores of keys that
 * are not there or must not be seen are made negative infinity, so that their weights are 0. Rows
 * of a register tile beyond the last query are computed and never read.
 */
final class PackedAttention implements Method {
  private static final int QUERIES = 32;

  /** Keys in a tile; a multiple of the columns of a register tile of any width. */
  private static final int KEYS = 64;

  private static final long PANEL_ROW = 4L * COLUMNS;

  private final Heads x;
  private final int size;
  private final int keys;
  private final long row;
  private final Buffer keyPanels;
  private final Buffer valuePanels;
  private final Buffer queries;
  private final Buffer scores;
  private final Buffer output;
  private final float[] maxima = new float[QUERIES];
  private final float[] sums = new float[QUERIES];

  PackedAttention(Heads x) {
    this.x = x;
    size = Math.ceilDiv(x.size(), COLUMNS) * COLUMNS;
    keys = Math.ceilDiv(x.time(), COLUMNS) * COLUMNS;
    row = 4L * size;
    keyPanels = Buffer.allocate("keys", 4L * keys * x.size());
    valuePanels = Buffer.allocate("values", 4L * keys * size);
    queries = Buffer.allocate("queries", 4L * QUERIES * x.size());
    scores = Buffer.allocate("a tile of scores", 4L * QUERIES * KEYS);
    output = Buffer.allocate("output of a block", QUERIES * row);
  }

  @Override
  public void run() {
    for (int head = 0; head < x.heads(); head++) {
      packKeys(head);
      packValues(head);
      for (int query = 0; query < x.time(); query += QUERIES) {
        block(head, query, Math.min(QUERIES, x.time() - query));
      }
    }
  }

  private void packKeys(int head) {
    MemorySegment from = x.k().segment();
    MemorySegment to = keyPanels.segment();
    for (int key = 0; key < x.time(); key++) {
      long source = x.at(head, key);
      int column = key % COLUMNS;
      long target = (key - column) * x.row() + 4L * column;
      for (int d = 0; d < x.size(); d++) {
        to.set(FLOAT, target + d * PANEL_ROW, from.get(FLOAT, source + 4L * d));
      }
    }
  }

  private void packValues(int head) {
    MemorySegment from = x.v().segment();
    MemorySegment to = valuePanels.segment();
    for (int d = 0; d < x.size(); d += COLUMNS) {
      int wide = Math.min(COLUMNS, x.size() - d);
      for (int key = 0; key < x.time(); key++) {
        long target = d * 4L * keys + key * PANEL_ROW;
        MemorySegment.copy(from, x.at(head, key) + 4L * d, to, target, 4L * wide);
      }
    }
  }

  private void block(int head, int first, int n) {
    float scale = x.scale();
    for (int i = 0; i < n; i++) {
      long from = x.at(head, first + i);
      VectorRows.scale(x.q().segment(), from, scale, queries.segment(), i * x.row(), x.size());
      maxima[i] = Float.NEGATIVE_INFINITY;
      sums[i] = 0;
    }
    output.segment().fill((byte) 0);
    int visible = x.visible(first + n - 1);
    for (int key = 0; key < visible; key += KEYS) {
      int columns = Math.ceilDiv(Math.min(KEYS, visible - key), COLUMNS) * COLUMNS;
      scores(n, key, columns);
      for (int i = 0; i < n; i++) {
        softmax(i, Math.clamp(x.visible(first + i) - key, 0, columns), columns);
      }
      addValues(n, key, columns);
    }
    for (int i = 0; i < n; i++) {
      long to = x.at(head, first + i);
      VectorRows.scale(output.segment(), i * row, 1 / sums[i], x.out().segment(), to, x.size());
    }
  }

  /** Scores of {@code n} queries, rounded up to whole register tiles, with the keys of a tile. */
  private void scores(int n, int key, int columns) {
    long q = queries.address();
    long tile = scores.address();
    for (int column = 0; column < columns; column += COLUMNS) {
      long panel = keyPanels.address() + (key + column) * x.row();
      for (int i = 0; i < n; i += ROWS) {
        long to = tile + 4L * (i * KEYS + column);
        RegisterTile.run(
            q + i * x.row(), x.row(), 4, panel, PANEL_ROW, to, 4L * KEYS, x.size(), false);
      }
    }
  }

  /** Turns one row of a tile into weights, of which the first {@code seen} are not 0. */
  private void softmax(int i, int seen, int columns) {
    MemorySegment tile = scores.segment();
    long at = 4L * i * KEYS;
    for (int column = seen; column < columns; column++) {
      tile.set(FLOAT, at + 4L * column, Float.NEGATIVE_INFINITY);
    }
    float before = maxima[i];
    float max = VectorRows.max(tile, at, columns, before);
    float sum = VectorRows.exponentials(tile, at, columns, max);
    if (max > before) {
      float decay = (float) Math.exp(before - max);
      VectorRows.scale(output.segment(), i * row, decay, output.segment(), i * row, size);
      sums[i] *= decay;
      maxima[i] = max;
    }
    sums[i] += sum;
  }

  private void addValues(int n, int key, int columns) {
    long weights = scores.address();
    for (int d = 0; d < size; d += COLUMNS) {
      long panel = valuePanels.address() + d * 4L * keys + key * PANEL_ROW;
      for (int i = 0; i < n; i += ROWS) {
        long to = output.address() + i * row + 4L * d;
        RegisterTile.run(
            weights + 4L * i * KEYS, 4L * KEYS, 4, panel, PANEL_ROW, to, row, columns, true);
      }
    }
  }

  @Override
  public void close() {
    keyPanels.close();
    valuePanels.close();
    queries.close();
    scores.close();
    output.close();
  }
}
