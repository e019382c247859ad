package uk.ac.manchester.tornado.api.exceptions;

/** A task that cannot be compiled for a device. */
public final class TornadoBailoutRuntimeException extends RuntimeException {
  /** With what is wrong. */
  public TornadoBailoutRuntimeException(String message) {
    super(message);
  }

  /** With what is wrong and its cause. */
  public TornadoBailoutRuntimeException(String message, Exception cause) {
    super(message, cause);
  }
}
