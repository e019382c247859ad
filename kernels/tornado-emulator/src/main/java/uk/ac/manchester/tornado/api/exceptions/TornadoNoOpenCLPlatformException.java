package uk.ac.manchester.tornado.api.exceptions;

/** A machine without OpenCL. */
public final class TornadoNoOpenCLPlatformException extends RuntimeException {
  /** With what is wrong. */
  public TornadoNoOpenCLPlatformException(String message) {
    super(message);
  }
}
