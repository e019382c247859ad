package uk.ac.manchester.tornado.api.exceptions;

/** A use of device memory that is wrong. */
public final class TornadoMemoryException extends RuntimeException {
  /** With what is wrong. */
  public TornadoMemoryException(String message) {
    super(message);
  }
}
