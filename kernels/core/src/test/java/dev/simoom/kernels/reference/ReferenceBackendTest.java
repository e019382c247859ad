package dev.simoom.kernels.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseShape;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.TopK;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Results small enough to work out by hand. */
class ReferenceBackendTest {
  private static final float NAN = Float.NaN;

  @Test
  void rowsAndColumnsAreReduced() {
    LoopKernel.Builder b = new LoopKernel.Builder();
    int x = b.load(b.input(new Strided(DType.F32, List.of(3L, 1L))));
    int share = b.apply(ScalarOp.DIV, x, b.rowReduce(Reduction.SUM, x));
    int out = b.output(new Strided(DType.F32, List.of(3L, 1L)));
    int largest = b.output(new Strided(DType.F32, List.of(0L, 1L)));
    b.store(out, share);
    b.columnReduce(largest, Reduction.MAX, x);
    List<double[]> results = run(b.build(List.of(2L), 3), new double[] {1, 2, 1, 6, 1, 3});
    assertThat(results.get(0))
        .containsExactly(0.25, 0.5, 0.25, (float) 0.6, (float) 0.1, (float) 0.3);
    assertThat(results.get(1)).containsExactly(6, 2, 3);
  }

  @Test
  void integersWrapAround() {
    LoopKernel.Builder b = new LoopKernel.Builder();
    int x = b.load(b.input(new Strided(DType.I32, List.of(1L))));
    int out = b.output(new Strided(DType.I32, List.of(1L)));
    b.store(out, b.apply(ScalarOp.MUL, x, x));
    List<double[]> results = run(b.build(List.of(), 3), new double[] {-3, 123_456_789, 1 << 16});
    assertThat(results.getFirst()).containsExactly(9, 123_456_789 * 123_456_789, 0);
  }

  @Test
  void matricesAreReadByTheirStrides() {
    Strided transposed = new Strided(DType.F32, List.of(1L, 2L));
    Strided dense = Strided.dense(DType.F32, List.of(2L, 2L));
    MatMul kernel = MatMul.of(List.of(), 2, 2, 2, transposed, dense, dense);
    List<double[]> results = run(kernel, new double[] {1, 2, 3, 4}, new double[] {5, 6, 7, 8});
    assertThat(results.getFirst()).containsExactly(26, 30, 38, 44);
  }

  @Test
  void causalQueriesSeeNoLaterKeys() {
    Strided dense = Strided.dense(DType.F32, List.of(2L, 1L));
    Attention kernel = new Attention(List.of(), 2, 2, 1, true, 1, dense, dense, dense, dense);
    List<double[]> results =
        run(kernel, new double[] {1, 1}, new double[] {0, Math.log(3)}, new double[] {8, 4});
    assertThat(results.get(0)).containsExactly(new double[] {8, 5}, within(1e-6));
    assertThat(results.get(1)).containsExactly(new double[] {0, Math.log(4)}, within(1e-6));
  }

  @Test
  void ofEqualValuesTheFirstColumnWins() {
    double[] values = {2, 7, -0.0, 7, NAN, 0.0, 7, NAN};
    List<double[]> results = run(new TopK(1, 8, 7, 8), values);
    assertThat(results.get(0)).containsExactly(NAN, NAN, 7, 7, 7, 2, -0.0);
    assertThat(results.get(1)).containsExactly(4, 7, 1, 3, 6, 0, 2);
  }

  @Test
  void sparseRowsAreDecodedAndScattered() {
    double[] values = {2, 3};
    double[] indices = {2, 0};
    List<double[]> decoded =
        run(
            new SparseDecode(new SparseShape(1, 2, 3, 2)),
            values,
            indices,
            new double[] {1, 2, 9, 9, 10, 20});
    assertThat(decoded.getFirst()).containsExactly(23, 46);
    List<double[]> scattered =
        run(new ScatterAdd(1, 2, 3, 2, true), values, indices, new double[] {1, 10});
    assertThat(scattered.getFirst()).containsExactly(3, 30, 0, 0, 2, 20);
  }

  @Test
  void anIndexOutsideTheTableIsNamed() {
    Gather kernel = new Gather(2, 3, 1, DType.F32);
    assertThatThrownBy(() -> run(kernel, new double[] {0, 3}, new double[3]))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("gather 2 of 3x1: indices[1] is 3, outside a table of 3 rows");
  }

  @Test
  void copiesTranspose() {
    Strided source = new Strided(DType.BF16, List.of(1L, 3L));
    Copy kernel = new Copy(List.of(3L, 2L), source, Strided.dense(DType.BF16, List.of(3L, 2L)));
    assertThat(run(kernel, new double[] {1, 2, 3, 4, 5, 6}).getFirst())
        .containsExactly(1, 4, 2, 5, 3, 6);
  }

  private static List<double[]> run(Kernel kernel, double[]... inputs) {
    List<Operand> operands = new ArrayList<>();
    List<Buffer> buffers = new ArrayList<>();
    List<double[]> results = new ArrayList<>();
    for (Port port : kernel.ports()) {
      int slot = buffers.size();
      operands.add(new Operand(slot, 0));
      buffers.add(Buffer.allocate(port.name(), port.bytes()));
      if (!port.output()) {
        Memory.of(buffers.getLast(), 0, port).set(0, inputs[slot]);
      }
    }
    try (Executable executable =
        Backend.reference().compile(List.of(new Launch(kernel, operands)))) {
      executable.run(buffers.toArray(Buffer[]::new));
      for (int i = 0; i < buffers.size(); i++) {
        Port port = kernel.ports().get(i);
        if (port.output()) {
          results.add(Memory.of(buffers.get(i), 0, port).get(0, 1, port.elements()));
        }
      }
    } finally {
      buffers.forEach(Buffer::close);
    }
    return results;
  }
}
