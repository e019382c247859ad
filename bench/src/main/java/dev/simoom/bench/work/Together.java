package dev.simoom.bench.work;

import dev.simoom.kernels.Kernel;
import dev.simoom.tensor.Engine;
import dev.simoom.tensor.Tensor;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/** The same loop on as many threads as the backend has, started together. */
abstract class Together implements Prepared {
  private final CyclicBarrier start;
  private final CyclicBarrier end;
  private volatile boolean open = true;

  Together() {
    int threads = Engine.backend().threads();
    start = new CyclicBarrier(threads);
    end = new CyclicBarrier(threads);
    for (int i = 1; i < threads; i++) {
      int index = i;
      Thread.ofPlatform().daemon().name("ceiling-" + i).start(() -> serve(index));
    }
  }

  /** One thread's part of a run. */
  abstract void work(int thread);

  private void serve(int index) {
    while (meet(start) && open) {
      work(index);
      meet(end);
    }
  }

  private static boolean meet(CyclicBarrier barrier) {
    try {
      barrier.await();
      return true;
    } catch (InterruptedException | BrokenBarrierException e) {
      return false;
    }
  }

  @Override
  public final void run() {
    meet(start);
    work(0);
    meet(end);
  }

  @Override
  public final List<Tensor> results() {
    return List.of();
  }

  @Override
  public final List<Kernel> kernels() {
    return List.of();
  }

  @Override
  public void close() {
    open = false;
    meet(start);
  }
}
