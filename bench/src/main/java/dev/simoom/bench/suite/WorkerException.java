package dev.simoom.bench.suite;

import java.io.IOException;

/** A worker that could not do what it was asked for, but lives on. */
final class WorkerException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean unsupported;

  WorkerException(String message, boolean unsupported) {
    super(message);
    this.unsupported = unsupported;
  }

  /** Whether the worker just has no such work. */
  boolean isUnsupported() {
    return unsupported;
  }
}
