package dev.simoom.kernels.tornado.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Random;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.SparseShape;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.TopK;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Room;
import dev.simoom.kernels.tornado.task.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

class LibraryLoweringTest {
  @Test
  void nothingToWriteIsNoTask() {
    SparseShape noRows = new SparseShape(0, 4, 8, 16);
    Strided none = Strided.dense(DType.F32, List.of(0L, 4L));
    List<Kernel> kernels =
        List.of(
            MatMul.of(List.of(), 0, 4, 4, none, Strided.dense(DType.F32, List.of(4L, 4L)), none),
            attention(0, 3),
            new TopK(0, 9, 3, 9),
            new TopK(4, 9, 0, 9),
            new SparseDecode(noRows),
            new SparseDot(noRows),
            new Gather(0, 8, 16, DType.F32),
            new ScatterAdd(5, 2, 0, 16, true),
            new Random(0, true, 1),
            new Copy(List.of(3L, 0L), none, none));
    for (Kernel kernel : kernels) {
      assertThat(tasks(kernel)).as(kernel.name()).isEmpty();
    }
  }

  @Test
  void whatHasNoTermsIsStillWritten() {
    Strided dense = Strided.dense(DType.F32, List.of(5L, 5L));
    List<Kernel> kernels =
        List.of(
            MatMul.of(List.of(), 5, 5, 0, dense, dense, dense),
            attention(3, 0),
            new AttentionGradient(attention(3, 0), heads(3), heads(3), heads(0), heads(0)),
            new AttentionGradient(attention(0, 3), heads(0), heads(0), heads(3), heads(3)),
            new SparseDecode(new SparseShape(3, 0, 4, 5)),
            new SparseDot(new SparseShape(3, 2, 4, 0)),
            new ScatterAdd(0, 2, 7, 16, true));
    for (Kernel kernel : kernels) {
      assertThat(tasks(kernel)).as(kernel.name()).isNotEmpty();
    }
  }

  @Test
  void sumsAreCutWhereTilesAreFew() {
    assertThat(tasks(square(64, 4096))).hasSize(2);
    assertThat(tasks(square(64, 64))).hasSize(1);
    assertThat(tasks(square(1024, 4096))).hasSize(1);
  }

  @Test
  void whatCannotBeIndexedIsRefusedByName() {
    Kernel kernel = new Gather(70_000, 10, 40_000, DType.F32);
    assertThatThrownBy(() -> tasks(kernel))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("gather 70000 of 10x40000")
        .hasMessageContaining("2800000000 elements of out");
  }

  @Test
  void loopsAreSomeoneElsesBusiness() {
    Strided flat = new Strided(DType.F32, List.of(1L));
    LoopKernel.Builder in = new LoopKernel.Builder();
    in.store(in.output(flat), in.load(in.input(flat)));
    assertThatThrownBy(() -> tasks(in.build(List.of(), 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no library kernel");
  }

  private static Kernel square(long side, long k) {
    return MatMul.of(
        List.of(),
        side,
        side,
        k,
        Strided.dense(DType.F32, List.of(side, k)),
        Strided.dense(DType.F32, List.of(k, side)),
        Strided.dense(DType.F32, List.of(side, side)));
  }

  private static Attention attention(long queries, long keys) {
    return new Attention(
        List.of(),
        queries,
        keys,
        4,
        false,
        1,
        heads(queries),
        heads(keys),
        heads(keys),
        heads(queries));
  }

  private static Strided heads(long length) {
    return Strided.dense(DType.F32, List.of(length, 4L));
  }

  private static List<Task> tasks(Kernel kernel) {
    return LibraryLowering.lower(
        kernel,
        new Room() {
          @Override
          public Place operand(int port) {
            return new Place(
                new ArrayRef(port, ElementType.of(kernel.ports().get(port).type())), 0);
          }

          @Override
          public Place scratch(ElementType type, long elements) {
            return new Place(new ArrayRef(20, type), 0);
          }

          @Override
          public Place lasting(ElementType type, long elements) {
            return scratch(type, elements);
          }

          @Override
          public Place table(int... values) {
            return new Place(new ArrayRef(21, ElementType.INT), 0);
          }
        });
  }
}
