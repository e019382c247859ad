package uk.ac.manchester.tornado.api.exceptions;

/** A backend that there is not. */
public final class TornadoBackendNotFound extends TornadoRuntimeException {
  /** With what is wrong. */
  public TornadoBackendNotFound(String message) {
    super(message);
  }
}
