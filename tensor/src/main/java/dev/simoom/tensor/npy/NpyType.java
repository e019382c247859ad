package dev.simoom.tensor.npy;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.files.StoredType;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The type of an array's elements.
 *
 * @param descr NumPy's name of it: byte order, kind, bytes of an element
 */
record NpyType(String descr, StoredType stored, ByteOrder order) {
  /**
   * The type of a name.
   *
   * @param file for messages
   * @throws NpyException if it is not read; the message says why
   */
  static NpyType of(String file, String descr) throws NpyException {
    char order = descr.isEmpty() ? ' ' : descr.charAt(0);
    StoredType stored =
        switch (order) {
          case '<', '>', '|' -> stored(descr.substring(1));
          default -> null;
        };
    if (stored == null || order == '|' && stored.bytes() > 1) {
      throw new NpyException(
          file, "elements of type '%s' are not read: %s".formatted(descr, why(descr)));
    }
    return new NpyType(
        descr, stored, order == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private static @Nullable StoredType stored(String kindAndBytes) {
    return switch (kindAndBytes) {
      case "f8" -> StoredType.F64;
      case "f4" -> StoredType.F32;
      case "f2" -> StoredType.F16;
      case "i8" -> StoredType.I64;
      case "i4" -> StoredType.I32;
      case "i2" -> StoredType.I16;
      case "i1" -> StoredType.I8;
      case "u8" -> StoredType.U64;
      case "u4" -> StoredType.U32;
      case "u2" -> StoredType.U16;
      case "u1" -> StoredType.U8;
      case "b1" -> StoredType.BOOL;
      default -> null;
    };
  }

  private static String why(String descr) {
    return switch (descr.length() < 2 ? ' ' : descr.charAt(1)) {
      case 'c' -> "a tensor has no complex numbers, save real and imaginary part apart";
      case 'O' -> "they are pickled Python objects, which only Python can load";
      case 'U', 'S', 'a' -> "a tensor has no strings";
      case 'M', 'm' -> "a tensor has no dates, save them as integers";
      case 'V' -> "they are raw bytes, of which the file does not tell the meaning";
      default -> "known are b1, i1 to i8, u1 to u8, f2, f4 and f8 behind <, > or |";
    };
  }

  /** NumPy's name of the type in which elements of ours are written, little-endian. */
  static String descr(DType type) {
    return switch (type) {
      case F32, BF16 -> "<f4";
      case F16 -> "<f2";
      case I32 -> "<i4";
      case BOOL -> "|b1";
    };
  }

  /** The type in which elements of ours are written: NumPy has no bfloat16. */
  static StoredType written(DType type) {
    return type == DType.BF16 ? StoredType.F32 : StoredType.of(type);
  }
}
