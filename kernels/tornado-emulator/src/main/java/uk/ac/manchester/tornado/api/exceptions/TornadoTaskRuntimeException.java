package uk.ac.manchester.tornado.api.exceptions;

/** A task graph that is put together wrongly. */
public final class TornadoTaskRuntimeException extends RuntimeException {
  /** With what is wrong. */
  public TornadoTaskRuntimeException(String message) {
    super(message);
  }
}
