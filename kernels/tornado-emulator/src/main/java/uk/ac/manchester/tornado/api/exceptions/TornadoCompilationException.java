package uk.ac.manchester.tornado.api.exceptions;

/** Code that the driver of a device refuses. */
public final class TornadoCompilationException extends RuntimeException {
  /** With what is wrong. */
  public TornadoCompilationException(String message) {
    super(message);
  }
}
