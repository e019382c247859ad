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

  /**
   * Compiles a list of launches, knowing what its slots are.
   *
   * @throws UnsupportedOperationException if a kernel cannot run here; the message names it
   */
  default Executable compile(List<Launch> launches, Slots slots) {
    return compile(launches);
  }

  /**
   * What runs single calls outside of a program: this backend, or the CPU where compiling a kernel
   * takes far longer than running it.
   */
  default Backend forSingleCalls() {
    return this;
  }

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

  /**
   * A backend that the class path brings, on one of its devices.
   *
   * @param name of the provider, such as {@code tornado}
   * @param device number of the device
   * @throws BackendException if it cannot be had; the message says what to do
   */
  static Backend of(String name, int device) {
    return Backends.provider(name).open(device);
  }

  /** Threads that one run uses, the calling one included. */
  default int threads() {
    return 1;
  }
}
