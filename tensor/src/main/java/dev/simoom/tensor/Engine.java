package dev.simoom.tensor;

import dev.simoom.kernels.Backend;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which backend computes tensors. */
public final class Engine {
  private static final ThreadLocal<@Nullable Backend> OVERRIDE = new ThreadLocal<>();
  private static volatile @Nullable Backend standard;

  private Engine() {}

  /** The backend of the calling thread: {@link Backend#simd()} unless another was chosen. */
  public static Backend backend() {
    Backend override = OVERRIDE.get();
    if (override != null) {
      return override;
    }
    Backend chosen = standard;
    return chosen != null ? chosen : Backend.simd();
  }

  /** Chooses the backend for all threads. */
  public static void use(Backend backend) {
    standard = backend;
  }

  /** Runs something with another backend on this thread. */
  public static <T> T with(Backend backend, Supplier<T> work) {
    Backend before = OVERRIDE.get();
    OVERRIDE.set(backend);
    try {
      return work.get();
    } finally {
      OVERRIDE.set(before);
    }
  }
}
