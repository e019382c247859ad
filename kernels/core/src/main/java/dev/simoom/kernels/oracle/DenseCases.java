package dev.simoom.kernels.oracle;

import dev.simoom.kernels.Copy;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.Random;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Strided;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Cases of matrix products, copies and random numbers. */
final class DenseCases {
  private static final List<DType> REAL = List.of(DType.F32, DType.F32, DType.F16, DType.BF16);

  private DenseCases() {}

  static Case copy(Generator g) {
    DType type = g.oneOf(Arrays.asList(DType.values()));
    List<Long> extents = g.extents(g.below(5));
    if (!extents.isEmpty() && g.chance(0.6)) {
      extents.set(g.below(extents.size()), (long) g.extent());
      extents.set(extents.size() - 1, (long) g.extent());
    }
    if (extents.size() == 2 && g.chance(0.2)) {
      extents.set(0, 100L + g.below(200));
      extents.set(1, 200L + g.below(200));
    }
    Strided source = g.source(type, extents, extents.isEmpty() || g.chance(0.5) ? 0 : 1);
    Strided target = g.layout(type, extents, extents.isEmpty() || g.chance(0.5) ? 0 : 1);
    Copy kernel = new Copy(extents, source, target);
    Port port = kernel.ports().getFirst();
    double[] data = type == DType.BOOL ? g.integers(port, 2) : g.reals(port, 1000);
    return new Case(kernel, List.of(data), Tolerance.EXACT);
  }

  static Case random(Generator g) {
    boolean normal = g.chance(0.5);
    long elements = g.chance(0.2) ? 100_000L + g.below(5) : g.extent();
    Random kernel = new Random(elements, normal, g.below(1 << 20));
    double[] key = {g.below(Integer.MAX_VALUE), -g.below(Integer.MAX_VALUE), g.below(1 << 20)};
    return new Case(kernel, List.of(key), normal ? new Tolerance(1e-6, 2e-6) : Tolerance.EXACT);
  }

  static Case matMul(Generator g) {
    List<Long> batch = g.extents(g.chance(0.6) ? 0 : 1 + g.below(2));
    long m = g.extent();
    long n = g.extent();
    long k = g.extent();
    if (batch.isEmpty() && g.chance(0.1)) {
      m = 200 + g.below(200);
      n = 200 + g.below(200);
      k = g.chance(0.5) ? 600 : 100;
    }
    Strided a = g.source(g.oneOf(REAL), with(batch, m, k), 0);
    Strided b = g.source(g.oneOf(REAL), with(batch, k, n), 0);
    Strided c = g.layout(DType.F32, with(batch, m, n), 1);
    double error = 1e-6 + 1.2e-7 * k;
    if (g.chance(0.5)) {
      MatMul kernel = MatMul.of(batch, m, n, k, a, b, c);
      return new Case(kernel, data(g, kernel), new Tolerance(error, 1e-5));
    }
    boolean keep = g.chance(0.5);
    LoopKernel epilogue = epilogue(g, with(batch, m, n), c, keep);
    MatMul kernel = new MatMul(batch, m, n, k, a, b, c, Optional.of(epilogue), keep);
    List<Tolerance> tolerances = new ArrayList<>();
    for (Port port : kernel.ports()) {
      if (port.output()) {
        double relative =
            port.type() == DType.BF16 ? 0x1p-7 : port.type() == DType.F16 ? 0x1p-10 : 1e-5;
        tolerances.add(new Tolerance(2 * error, relative));
      }
    }
    return new Case(kernel, data(g, kernel), tolerances, false);
  }

  /** {@code max(c + bias, 0) / 2 + residual}, with some of it left out. */
  private static LoopKernel epilogue(Generator g, List<Long> extents, Strided c, boolean keep) {
    LoopKernel.Builder in = new LoopKernel.Builder();
    int x = in.load(in.input(c));
    if (g.chance(0.7)) {
      List<Long> strides = new ArrayList<>(c.strides());
      strides.replaceAll(s -> 0L);
      strides.set(strides.size() - 1, 1L);
      x = in.apply(ScalarOp.ADD, x, in.load(in.input(new Strided(DType.F32, strides))));
    }
    if (g.chance(0.5)) {
      x = in.apply(ScalarOp.MAX, x, in.constant(0));
    }
    int activated = in.apply(ScalarOp.MUL, x, in.constant(0.5));
    int result = activated;
    if (g.chance(0.5)) {
      int residual = in.load(in.input(g.layout(g.oneOf(REAL), extents, 1)));
      result = in.apply(ScalarOp.ADD, result, residual);
    }
    in.store(in.output(keep ? g.layout(g.oneOf(REAL), extents, 1) : c), result);
    if (g.chance(0.3)) {
      in.store(in.output(g.layout(g.oneOf(REAL), extents, 1)), activated);
    }
    return in.build(extents.subList(0, extents.size() - 1), extents.getLast());
  }

  private static List<Long> with(List<Long> batch, long rows, long columns) {
    List<Long> extents = new ArrayList<>(batch);
    extents.add(rows);
    extents.add(columns);
    return extents;
  }

  private static List<double[]> data(Generator g, MatMul kernel) {
    return kernel.ports().stream().filter(p -> !p.output()).map(p -> g.reals(p, 1)).toList();
  }
}
