package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.MatMul;
import java.util.ArrayList;
import java.util.List;

/**
 * A matrix product brought to its simplest form and cut into chunks.
 *
 * <p>Batch dimensions that share B become rows of A where the strides allow it. A product with few
 * columns and many rows is turned round, {@code C' = B' A'}, for vectors run along columns.
 */
final class MatMulPlan {
  /** Cost in nanoseconds below which a chunk is not cut further. */
  private static final double ENOUGH = 40_000;

  private static final int MANY_CHUNKS = 32;

  /** Packed bytes of one product that still share the second-level cache with C. */
  private static final long CACHED = 384 << 10;

  /** Span in bytes within which rows of B stay in the first-level cache without being packed. */
  private static final long NEAR = 32 << 10;

  /**
   * One operand of the simplified product. Steps and starts are in bytes.
   *
   * @param type element type
   * @param rowStep distance between rows
   * @param columnStep distance between columns
   * @param starts for each product the distance from the operand's address
   */
  record Matrix(DType type, long rowStep, long columnStep, long[] starts) {
    Matrix transposed() {
      return new Matrix(type, columnStep, rowStep, starts);
    }

    boolean rowsContiguous() {
      return columnStep == type.bytes();
    }

    boolean columnsContiguous() {
      return rowStep == type.bytes();
    }
  }

  final int m;
  final int n;
  final int k;
  final int batches;
  final Matrix a;
  final Matrix b;
  final Matrix c;

  /** Whether C stands for its transpose. */
  final boolean turned;

  /** Whether A is packed once, for all chunks, in a phase before them. */
  final boolean sharesA;

  /** Whether B is packed once, for all chunks, in a phase before them. */
  final boolean sharesB;

  /** Whether B is read where it lies. */
  final boolean direct;

  /** Columns of a register tile. */
  final int tileColumns;

  /** Rows and columns of C in one chunk. */
  final int rowBlock;

  final int columnBlock;

  /** Products in one chunk; more than 1 only where a product is not cut. */
  final int group;

  MatMulPlan(MatMul kernel) {
    List<Long> extents = new ArrayList<>(kernel.batch());
    List<Long> aStrides = new ArrayList<>(kernel.a().strides());
    List<Long> bStrides = new ArrayList<>(kernel.b().strides());
    List<Long> cStrides = new ArrayList<>(kernel.c().strides());
    long rows = kernel.m();
    while (!extents.isEmpty()) {
      int last = extents.size() - 1;
      long extent = extents.get(last);
      boolean merges =
          bStrides.get(last) == 0
              && follows(aStrides, last, rows)
              && follows(cStrides, last, rows)
              && rows * extent <= Integer.MAX_VALUE;
      if (extent != 1 && !merges) {
        break;
      }
      boolean takesOver = rows == 1 && extent != 1;
      rows *= extent;
      extents.remove(last);
      bStrides.remove(last);
      for (List<Long> strides : List.of(aStrides, cStrides)) {
        long stride = strides.remove(last);
        if (takesOver) {
          strides.set(last, stride);
        }
      }
    }
    Matrix left = matrix(kernel.a().type(), extents, aStrides);
    Matrix right = matrix(kernel.b().type(), extents, bStrides);
    Matrix product = matrix(kernel.c().type(), extents, cStrides);
    k = Math.toIntExact(kernel.k());
    batches = product.starts.length;
    turned = kernel.n() * 4 <= Simd.LANES && rows > kernel.n();
    m = Math.toIntExact(turned ? kernel.n() : rows);
    n = Math.toIntExact(turned ? rows : kernel.n());
    a = turned ? right.transposed() : left;
    b = turned ? left.transposed() : right;
    c = turned ? product.transposed() : product;

    MatMulBlocks blocks = MatMulBlocks.TABLE;
    boolean skinny = m <= 2 * blocks.rows();
    boolean narrow = n <= blocks.vectors() * Simd.LANES;
    boolean fewProducts = batches < 8;
    boolean shared =
        !skinny
            && !narrow
            && (fewProducts ? cost(m, n) * batches > 2 * ENOUGH : (m + (long) n) * k * 4 > CACHED);
    direct =
        !shared
            && b.type == DType.F32
            && b.rowsContiguous()
            && (skinny || (k - 1) * b.rowStep + n * 4L <= NEAR);
    tileColumns = (skinny ? blocks.vectorsFor(Math.max(m, 1)) : blocks.vectors()) * Simd.LANES;
    int rowsOfChunk = m;
    int columnsOfChunk = n;
    if (shared) {
      rowsOfChunk = part(m, blocks.rowBlock(), blocks.rows());
      columnsOfChunk = part(n, blocks.columnBlock(), tileColumns);
    }
    while (cost(rowsOfChunk, columnsOfChunk) > ENOUGH
        && (long) batches * chunks(rowsOfChunk, columnsOfChunk) < MANY_CHUNKS) {
      boolean rowsCut = rowsOfChunk > blocks.rows();
      boolean columnsCut = columnsOfChunk > tileColumns;
      // An operand that one chunk reads need not be packed for others: its side is cut last.
      boolean keepsRows = rowsOfChunk >= m && columnsOfChunk > 2 * tileColumns;
      boolean keepsColumns = columnsOfChunk >= n && rowsOfChunk > 4 * blocks.rows();
      boolean columnsLonger = columnsOfChunk >= rowsOfChunk && !keepsColumns;
      if (columnsCut && (columnsLonger || keepsRows || !rowsCut)) {
        columnsOfChunk = half(columnsOfChunk, tileColumns);
      } else if (rowsCut) {
        rowsOfChunk = half(rowsOfChunk, blocks.rows());
      } else {
        break;
      }
    }
    rowBlock = Math.max(1, rowsOfChunk);
    columnBlock = Math.max(1, columnsOfChunk);
    sharesA = shared && columnChunks() > 1;
    sharesB = shared && rowChunks() > 1;
    boolean whole = rowBlock >= m && columnBlock >= n;
    group = whole && !shared ? Math.clamp((long) (ENOUGH / 2 / cost(m, n)), 1, 1 << 20) : 1;
  }

  /** Whether stepping along a batch dimension goes on where the rows end. */
  private static boolean follows(List<Long> strides, int dimension, long rows) {
    int row = dimension + 1;
    return rows == 1 || strides.get(dimension) == rows * strides.get(row);
  }

  private static Matrix matrix(DType type, List<Long> extents, List<Long> strides) {
    long count = extents.stream().reduce(1L, Math::multiplyExact);
    long[] starts = new long[Math.toIntExact(count)];
    for (int i = 0; i < starts.length; i++) {
      long rest = i;
      for (int d = extents.size() - 1; d >= 0; d--) {
        starts[i] += rest % extents.get(d) * strides.get(d) * type.bytes();
        rest /= extents.get(d);
      }
    }
    int row = extents.size();
    return new Matrix(
        type, strides.get(row) * type.bytes(), strides.get(row + 1) * type.bytes(), starts);
  }

  /** Rough nanoseconds for a block of C: arithmetic, and packing or reading its operands. */
  private double cost(long rows, long columns) {
    double arithmetic = rows * (double) columns * k / 50;
    return 50 + arithmetic + (rows + columns) * (double) k / 4;
  }

  private int chunks(int rows, int columns) {
    return Math.ceilDiv(m, rows) * Math.ceilDiv(n, columns);
  }

  private static int half(int size, int multipleOf) {
    return part(size, Math.ceilDiv(size, 2), multipleOf);
  }

  /** Size of equal parts, none larger than {@code most} but for rounding up to a multiple. */
  private static int part(int size, int most, int multipleOf) {
    return Math.ceilDiv(Math.ceilDiv(size, Math.ceilDiv(size, most)), multipleOf) * multipleOf;
  }

  /** Whether there is a phase that packs for all chunks. */
  boolean shares() {
    return sharesA || sharesB;
  }

  /** Chunks along the rows of C. */
  int rowChunks() {
    return Math.ceilDiv(m, rowBlock);
  }

  /** Chunks along the columns of C. */
  int columnChunks() {
    return Math.ceilDiv(n, columnBlock);
  }
}
