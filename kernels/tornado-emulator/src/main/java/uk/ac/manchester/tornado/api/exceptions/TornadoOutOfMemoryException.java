package uk.ac.manchester.tornado.api.exceptions;

/** More device memory asked for than there is. */
public final class TornadoOutOfMemoryException extends RuntimeException {
  /** With what is wrong. */
  public TornadoOutOfMemoryException(String message) {
    super(message);
  }
}
