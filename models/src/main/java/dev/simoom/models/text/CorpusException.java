package dev.simoom.models.text;

import java.io.IOException;

/**
 * No text could be gathered from where it was asked for; the message names the place and what would
 * help.
 */
public final class CorpusException extends IOException {
  private static final long serialVersionUID = 1L;

  CorpusException(String message) {
    super(message);
  }
}
