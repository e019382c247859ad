package dev.simoom.tensor.npy;

import java.io.IOException;

/** A file that breaks the npy or npz format, or holds what cannot be read; the message names it. */
public final class NpyException extends IOException {
  private static final long serialVersionUID = 1L;

  NpyException(String name, String problem) {
    super(name + ": " + problem);
  }
}
