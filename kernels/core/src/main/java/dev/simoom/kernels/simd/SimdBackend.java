package dev.simoom.kernels.simd;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Random;
import dev.simoom.kernels.Scan;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.TopK;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The CPU backend. */
public final class SimdBackend implements Backend {
  private static final Map<Integer, SimdBackend> BY_THREADS = new ConcurrentHashMap<>();

  private final Workers workers;

  private SimdBackend(int threads) {
    int unused = VectorUnit.bits();
    workers = new Workers(threads);
  }

  /**
   * The backend on {@code simoom.threads} threads, or one for each processor where that property is
   * not set.
   */
  public static SimdBackend shared() {
    int threads = Integer.getInteger("simoom.threads", Runtime.getRuntime().availableProcessors());
    return withThreads(threads);
  }

  /**
   * The backend on a given number of threads; one instance for each number.
   *
   * @throws dev.simoom.kernels.BackendException if the JVM or the processor has no vectors
   */
  public static SimdBackend withThreads(int threads) {
    return BY_THREADS.computeIfAbsent(threads, SimdBackend::new);
  }

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public int threads() {
    return workers.threads();
  }

  @Override
  public Executable compile(List<Launch> launches) {
    return new SimdExecutable(workers, launches);
  }

  static Task task(Kernel kernel) {
    return switch (kernel) {
      case LoopKernel loop -> new LoopTask(loop);
      case MatMul matMul -> new MatMulTask(matMul);
      case Attention attention -> new AttentionTask(attention);
      case AttentionGradient gradient -> new AttentionGradientTask(gradient);
      case TopK topK -> new TopKTask(topK);
      case SparseDecode decode -> new SparseTask(decode);
      case SparseDot dot -> new SparseTask(dot);
      case Gather gather -> new GatherTask(gather);
      case ScatterAdd scatter ->
          scatter.width() == 1 ? new ScatterElementsTask(scatter) : new ScatterAddTask(scatter);
      case Scan scan -> new ScanTask(scan);
      case Random random -> new RandomTask(random);
      case Copy copy -> new CopyTask(copy);
    };
  }
}
