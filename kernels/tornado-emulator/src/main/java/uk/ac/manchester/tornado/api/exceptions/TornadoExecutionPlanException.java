package uk.ac.manchester.tornado.api.exceptions;

/** A plan that cannot be closed. */
public final class TornadoExecutionPlanException extends Exception {
  /** With what is wrong. */
  public TornadoExecutionPlanException(String message) {
    super(message);
  }

  /** With what is wrong and its cause. */
  public TornadoExecutionPlanException(String message, Throwable cause) {
    super(message, cause);
  }
}
