package dev.simoom.models.video;

import java.io.IOException;

/**
 * Something is no video or picture that can be used; the message names the file and says what would
 * help.
 */
public final class VideoException extends IOException {
  private static final long serialVersionUID = 1L;

  VideoException(String message) {
    super(message);
  }
}
