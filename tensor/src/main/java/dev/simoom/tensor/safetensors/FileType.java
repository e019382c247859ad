package dev.simoom.tensor.safetensors;

import dev.simoom.kernels.DType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An element type of the format, named as in the header. */
enum FileType {
  F64(8, DType.F32),
  F32(4, DType.F32),
  F16(2, DType.F16),
  BF16(2, DType.BF16),
  I64(8, DType.I32),
  I32(4, DType.I32),
  I16(2, DType.I32),
  I8(1, DType.I32),
  U64(8, DType.I32),
  U32(4, DType.I32),
  U16(2, DType.I32),
  U8(1, DType.I32),
  BOOL(1, DType.BOOL),
  C64(8, null),
  F8_E4M3(1, null),
  F8_E5M2(1, null),
  F8_E8M0(1, null),
  F8_E4M3FNUZ(1, null),
  F8_E5M2FNUZ(1, null);

  private final int bytes;
  private final @Nullable DType nearest;

  FileType(int bytes, @Nullable DType nearest) {
    this.bytes = bytes;
    this.nearest = nearest;
  }

  static Optional<FileType> named(String name) {
    for (FileType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The type that holds elements of ours in a file. */
  static FileType of(DType type) {
    return switch (type) {
      case F32 -> F32;
      case F16 -> F16;
      case BF16 -> BF16;
      case I32 -> I32;
      case BOOL -> BOOL;
    };
  }

  /** Size of one element in the file, in bytes. */
  int bytes() {
    return bytes;
  }

  /** Our type that comes closest; empty where elements of this type cannot be converted. */
  Optional<DType> nearest() {
    return Optional.ofNullable(nearest);
  }

  /** Whether elements can be converted to another type of ours. */
  boolean convertsTo(DType type) {
    return nearest != null && (type.isFloating() || !nearest.isFloating());
  }
}
