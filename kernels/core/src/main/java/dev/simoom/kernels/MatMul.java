package dev.simoom.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A batch of matrix products {@code C = A B}, optionally followed by an elementwise epilogue while
 * the result is still in cache.
 *
 * <p>Every matrix is given by strides over [batch..., row, column], so that transposed, sliced and
 * repeated operands need no copy; C is dense along its columns (stride 1). Operands: A, B, the
 * epilogue's inputs after its first, then C unless an epilogue replaces it, then the epilogue's
 * outputs.
 *
 * <p>The epilogue's rows are [batch..., m] and its columns n; its first input is C, densely packed
 * F32. It must be free of reductions. Where {@code keepProduct} is false, C itself is not wanted
 * and is not an operand; the first epilogue output must then be F32 with C's layout {@code c}, for
 * it serves as the place where the product is accumulated.
 *
 * @param batch extents of the batch dimensions; empty for one product
 * @param m rows of A and C
 * @param n columns of B and C
 * @param k columns of A, rows of B
 * @param a layout of A over [batch..., m, k]; F32, F16 or BF16
 * @param b layout of B over [batch..., k, n]; F32, F16 or BF16
 * @param c layout of C over [batch..., m, n]; F32
 * @param epilogue what happens to each element of C
 * @param keepProduct whether C is written out besides the epilogue's outputs; true without one
 */
public record MatMul(
    List<Long> batch,
    long m,
    long n,
    long k,
    Strided a,
    Strided b,
    Strided c,
    Optional<LoopKernel> epilogue,
    boolean keepProduct)
    implements Kernel {

  /** Checks the layouts. */
  public MatMul {
    batch = List.copyOf(batch);
    int rank = batch.size() + 2;
    require(m >= 0 && n >= 0 && k >= 0, "negative extent");
    for (Strided matrix : List.of(a, b, c)) {
      require(matrix.strides().size() == rank, matrix + " does not have " + rank + " strides");
      require(matrix.type().isFloating(), matrix.type() + " matrix");
    }
    require(
        c.type() == DType.F32 && (c.strides().getLast() == 1 || n <= 1),
        "C must be F32 with column stride 1");
    require(epilogue.isPresent() || keepProduct, "no epilogue, so the product must be kept");
    if (epilogue.isPresent()) {
      LoopKernel e = epilogue.get();
      List<Long> rows = new ArrayList<>(batch);
      rows.add(m);
      require(
          e.rows().equals(rows) && e.columns() == n,
          "epilogue over " + e.rows() + "x" + e.columns());
      require(
          !e.inputs().isEmpty() && e.inputs().getFirst().equals(c),
          "the epilogue's first input is not C");
      require(
          keepProduct || e.outputs().getFirst().equals(c), "no place to accumulate the product");
      for (Instruction i : e.body()) {
        require(
            !(i instanceof Instruction.RowReduce || i instanceof Instruction.ColumnReduce),
            "reduction in the epilogue");
      }
    }
  }

  /** A plain product without epilogue. */
  public static MatMul of(
      List<Long> batch, long m, long n, long k, Strided a, Strided b, Strided c) {
    return new MatMul(batch, m, n, k, a, b, c, Optional.empty(), true);
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new IllegalArgumentException("matmul: " + complaint);
    }
  }

  /** Product of the batch extents. */
  public long batchCount() {
    return batch.stream().reduce(1L, Math::multiplyExact);
  }

  private List<Long> extents(long rows, long columns) {
    List<Long> extents = new ArrayList<>(batch);
    extents.add(rows);
    extents.add(columns);
    return extents;
  }

  @Override
  public String name() {
    String batches = batch.isEmpty() ? "" : batchCount() + " x ";
    return "matmul "
        + batches
        + m
        + "x"
        + n
        + "x"
        + k
        + (epilogue.isPresent() ? " + epilogue" : "");
  }

  @Override
  public List<Port> ports() {
    List<Port> ports = new ArrayList<>();
    ports.add(Port.input("A", a.type(), a.reach(extents(m, k))));
    ports.add(Port.input("B", b.type(), b.reach(extents(k, n))));
    List<Port> epiloguePorts = epilogue.map(LoopKernel::ports).orElse(List.of());
    epiloguePorts.stream().skip(1).filter(p -> !p.output()).forEach(ports::add);
    if (keepProduct) {
      ports.add(Port.output("C", c.type(), c.reach(extents(m, n))));
    }
    epiloguePorts.stream().filter(Port::output).forEach(ports::add);
    return ports;
  }

  @Override
  public long flops() {
    return 2 * batchCount() * m * n * k + epilogue.map(LoopKernel::flops).orElse(0L);
  }
}
