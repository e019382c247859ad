package uk.ac.manchester.tornado.api.exceptions;

/** A device that there is not. */
public final class TornadoDeviceNotFound extends TornadoRuntimeException {
  /** With what is wrong. */
  public TornadoDeviceNotFound(String message) {
    super(message);
  }
}
