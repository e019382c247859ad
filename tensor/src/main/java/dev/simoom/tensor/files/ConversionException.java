package dev.simoom.tensor.files;

/** Elements that have no place in the type they are to be converted to. */
public final class ConversionException extends Exception {
  private static final long serialVersionUID = 1L;

  ConversionException(String problem) {
    super(problem);
  }
}
