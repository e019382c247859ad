package dev.simoom.kernels.tornado.task;

import dev.simoom.kernels.DType;

/** What the elements of a device array are to the device's compiler. */
public enum ElementType {
  /** 32-bit floats. */
  FLOAT("FloatArray", 4),
  /** 32-bit integers; truth values too, as 0 and 1. */
  INT("IntArray", 4),
  /** 16 bits, the storage of both half-precision types. */
  SHORT("ShortArray", 2);

  private final String arrayClass;
  private final int bytes;

  ElementType(String arrayClass, int bytes) {
    this.arrayClass = arrayClass;
    this.bytes = bytes;
  }

  /** How elements of a type are stored on a device. */
  public static ElementType of(DType type) {
    return switch (type) {
      case F32 -> FLOAT;
      case F16, BF16 -> SHORT;
      case I32, BOOL -> INT;
    };
  }

  /** Simple name of TornadoVM's class for such arrays. */
  public String arrayClass() {
    return arrayClass;
  }

  /** Size of an element. */
  public int bytes() {
    return bytes;
  }
}
