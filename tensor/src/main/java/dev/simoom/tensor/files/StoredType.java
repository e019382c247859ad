package dev.simoom.tensor.files;

import dev.simoom.kernels.DType;

/** A type of numbers or truth values in files that can be converted to types of ours. */
public enum StoredType {
  /** IEEE 754 binary64. */
  F64(8, DType.F32),
  /** IEEE 754 binary32. */
  F32(4, DType.F32),
  /** IEEE 754 binary16. */
  F16(2, DType.F16),
  /** The upper half of a binary32. */
  BF16(2, DType.BF16),
  /** Two's complement integer of 64 bits. */
  I64(8, DType.I32),
  /** Two's complement integer of 32 bits. */
  I32(4, DType.I32),
  /** Two's complement integer of 16 bits. */
  I16(2, DType.I32),
  /** Two's complement integer of 8 bits. */
  I8(1, DType.I32),
  /** Unsigned integer of 64 bits. */
  U64(8, DType.I32),
  /** Unsigned integer of 32 bits. */
  U32(4, DType.I32),
  /** Unsigned integer of 16 bits. */
  U16(2, DType.I32),
  /** Unsigned integer of 8 bits. */
  U8(1, DType.I32),
  /** A byte that is 0 or 1. */
  BOOL(1, DType.BOOL);

  private final int bytes;
  private final DType nearest;

  StoredType(int bytes, DType nearest) {
    this.bytes = bytes;
    this.nearest = nearest;
  }

  /** The type that holds elements of ours in a file. */
  public static StoredType of(DType type) {
    return switch (type) {
      case F32 -> F32;
      case F16 -> F16;
      case BF16 -> BF16;
      case I32 -> I32;
      case BOOL -> BOOL;
    };
  }

  /** Size of one element in the file, in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Our type that comes closest: F64 becomes F32, every integer type I32. */
  public DType nearest() {
    return nearest;
  }

  /** Whether elements can be converted to another type of ours. */
  public boolean convertsTo(DType type) {
    return type.isFloating() || !nearest.isFloating();
  }
}
