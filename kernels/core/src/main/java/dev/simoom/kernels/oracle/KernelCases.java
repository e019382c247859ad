package dev.simoom.kernels.oracle;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Random;
import dev.simoom.kernels.Scan;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.TopK;
import java.util.Map;
import java.util.function.Function;

/** The registry of case generators: one for each kind of kernel. */
public final class KernelCases {
  /** A generator of cases for each kind of kernel. */
  public static final Map<Class<? extends Kernel>, Function<Generator, Case>> ALL =
      Map.ofEntries(
          Map.entry(LoopKernel.class, LoopCases::random),
          Map.entry(MatMul.class, DenseCases::matMul),
          Map.entry(Attention.class, AttentionCases::forward),
          Map.entry(AttentionGradient.class, AttentionCases::gradient),
          Map.entry(TopK.class, SparseCases::topK),
          Map.entry(SparseDecode.class, SparseCases::sparseDecode),
          Map.entry(SparseDot.class, SparseCases::sparseDot),
          Map.entry(Gather.class, SparseCases::gather),
          Map.entry(ScatterAdd.class, SparseCases::scatterAdd),
          Map.entry(Scan.class, ScanCases::random),
          Map.entry(Random.class, DenseCases::random),
          Map.entry(Copy.class, DenseCases::copy));

  private KernelCases() {}
}
