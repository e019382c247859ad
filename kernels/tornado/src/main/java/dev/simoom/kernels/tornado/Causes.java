package dev.simoom.kernels.tornado;

/** Finds what lies behind the exceptions that TornadoVM wraps around one another. */
final class Causes {
  private Causes() {}

  /** The innermost cause, or the exception itself. */
  static Throwable innermost(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
