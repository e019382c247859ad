package dev.simoom.models.play;

/** A request that cannot be granted; the message says in one line why. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * With the status of the answer.
   *
   * @param status 4xx, or 503
   */
  Refusal(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
