package dev.simoom.tensor.safetensors;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.files.StoredType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An element type of the format, named as in the header. */
enum FileType {
  F64(StoredType.F64),
  F32(StoredType.F32),
  F16(StoredType.F16),
  BF16(StoredType.BF16),
  I64(StoredType.I64),
  I32(StoredType.I32),
  I16(StoredType.I16),
  I8(StoredType.I8),
  U64(StoredType.U64),
  U32(StoredType.U32),
  U16(StoredType.U16),
  U8(StoredType.U8),
  BOOL(StoredType.BOOL),
  C64(8),
  F8_E4M3(1),
  F8_E5M2(1),
  F8_E8M0(1),
  F8_E4M3FNUZ(1),
  F8_E5M2FNUZ(1);

  private final int bytes;
  private final @Nullable StoredType stored;

  FileType(StoredType stored) {
    this.bytes = stored.bytes();
    this.stored = stored;
  }

  FileType(int bytes) {
    this.bytes = bytes;
    this.stored = null;
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
    return valueOf(StoredType.of(type).name());
  }

  /** Size of one element in the file, in bytes. */
  int bytes() {
    return bytes;
  }

  /** What conversions know of it; empty where elements of this type cannot be converted. */
  Optional<StoredType> stored() {
    return Optional.ofNullable(stored);
  }

  /** Whether elements can be converted to another type of ours. */
  boolean convertsTo(DType type) {
    return stored != null && stored.convertsTo(type);
  }
}
