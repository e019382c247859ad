package uk.ac.manchester.tornado.api.exceptions;

/** A use of the runtime that is wrong. */
public sealed class TornadoRuntimeException extends RuntimeException
    permits TornadoDeviceNotFound, TornadoBackendNotFound {
  /** With what is wrong. */
  public TornadoRuntimeException(String message) {
    super(message);
  }

  /** With its cause. */
  public TornadoRuntimeException(Exception cause) {
    super(cause);
  }
}
