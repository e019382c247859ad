package dev.simoom.kernels.oracle;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Random;
import dev.simoom.kernels.Scan;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.SparseShape;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.TopK;
import java.util.List;

/** One or more kernels of every kind, of sizes that occupy a device. */
final class LargeKernels {
  /** All tables have so many rows. */
  static final int ENTRIES = 8192;

  private static final long ELEMENTS = 1 << 22;

  private LargeKernels() {}

  static List<Kernel> all() {
    Strided heads = Strided.dense(DType.F32, List.of(64L, 256L, 64L));
    Attention attention =
        new Attention(List.of(64L), 256, 256, 64, true, 0.125f, heads, heads, heads, heads);
    SparseShape sparse = new SparseShape(1024, 32, ENTRIES, 512);
    return List.of(
        TypicalKernels.adam(ELEMENTS),
        TypicalKernels.layerNorm(8192, 512),
        TypicalKernels.layerNormGradient(8192, 512),
        matMul(1024, 1024, 1024),
        matMul(4096, 256, 1024),
        attention,
        new AttentionGradient(attention, heads, heads, heads, heads),
        new TopK(1024, 8192, 32, 8192),
        new SparseDecode(sparse),
        new SparseDot(sparse),
        new Gather(4096, ENTRIES, 512, DType.F32),
        new ScatterAdd(1024, 32, ENTRIES, 512, true),
        new Scan(Scan.Kind.SUM, false, 2048, 2048, 1, DType.F32),
        new Scan(Scan.Kind.SUM, true, 8, 512, 1024, DType.F32),
        new Scan(Scan.Kind.PRODUCT, false, 8, 512, 1024, DType.F32),
        new Scan(Scan.Kind.RECURRENCE, false, 8, 512, 1024, DType.F32),
        new Random(ELEMENTS, false, 3),
        new Random(ELEMENTS, true, 3),
        new Copy(
            List.of(2048L, 2048L),
            new Strided(DType.F32, List.of(1L, 2048L)),
            Strided.dense(DType.F32, List.of(2048L, 2048L))));
  }

  private static Kernel matMul(long m, long n, long k) {
    return MatMul.of(
        List.of(),
        m,
        n,
        k,
        Strided.dense(DType.F32, List.of(m, k)),
        Strided.dense(DType.F32, List.of(k, n)),
        Strided.dense(DType.F32, List.of(m, n)));
  }
}
