package dev.simoom.models.run;

import java.io.IOException;

/** A run cannot begin or go on; the message says to people why, and what would help. */
public final class RunException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With a message of one line. */
  public RunException(String message) {
    super(message);
  }
}
