package dev.simoom.kernels;

/** The type of one element in memory. */
public enum DType {
  /** IEEE 754 binary32, the type all floating-point arithmetic is done in. */
  F32(4),
  /** IEEE 754 binary16, storage only: widened on load, rounded to nearest even on store. */
  F16(2),
  /** bfloat16, storage only: widened on load, rounded to nearest even on store. */
  BF16(2),
  /** Two's complement 32-bit integer, also the type of every index. */
  I32(4),
  /**
   * A truth value, stored as the 32-bit integer 0 or 1 so that a mask has as many lanes as the data
   * it selects; file formats convert to one byte.
   */
  BOOL(4);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in memory, in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether values of this type are real numbers. */
  public boolean isFloating() {
    return this == F32 || this == F16 || this == BF16;
  }

  /** The type in which values of this type take part in arithmetic. */
  public DType computeType() {
    return isFloating() ? F32 : this;
  }
}
