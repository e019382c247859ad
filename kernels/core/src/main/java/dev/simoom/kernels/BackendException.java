package dev.simoom.kernels;

/**
 * A backend or device that was asked for cannot be had; the message is one line with the remedy.
 */
public final class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message for people. */
  public BackendException(String message) {
    super(message);
  }

  /** With a message for people, and the cause. */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
