package dev.simoom.kernels;

import dev.simoom.kernels.reference.ReferenceBackend;
import dev.simoom.kernels.simd.SimdBackend;
import java.util.List;

/** Something that can run kernels. */
public interface Backend {
  /** The name by which users choose it. */
  String name();

  /**
   * Compiles a list of launches to be run in order.
   *
   * @throws UnsupportedOperationException if a kernel cannot run here; the message names it
   */
  Executable compile(List<Launch> launches);

  /** Vector API kernels on as many threads as {@link #threads()} says, shared by all callers. */
  static Backend simd() {
    return SimdBackend.shared();
  }

  /**
   * Vector API kernels on a given number of threads.
   *
   * @param threads at least 1, the calling thread included
   */
  static Backend simd(int threads) {
    return SimdBackend.withThreads(threads);
  }

  /** Plain scalar Java with double accumulation: slow, and what the others are tested against. */
  static Backend reference() {
    return ReferenceBackend.INSTANCE;
  }

  /** Threads that one run uses, the calling one included. */
  default int threads() {
    return 1;
  }
}
