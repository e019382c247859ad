package dev.simoom.tensor.gguf;

import dev.simoom.tensor.files.StoredType;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A type of tensors that is read. Quantised ones hold blocks of 32 elements: a scale d in binary16
 * and a small integer q for each.
 */
enum GgufType {
  F32(0, 1, 4, StoredType.F32),
  F16(1, 1, 2, StoredType.F16),
  BF16(30, 1, 2, StoredType.BF16),
  /** d, then 16 bytes: byte j has q + 8 of element j in its lower half, of j + 16 in its upper. */
  Q4_0(2, 32, 18, null),
  /** d, then 32 signed bytes. */
  Q8_0(8, 32, 34, null);

  private final int id;
  private final int blockElements;
  private final int blockBytes;
  private final @Nullable StoredType stored;

  GgufType(int id, int blockElements, int blockBytes, @Nullable StoredType stored) {
    this.id = id;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
    this.stored = stored;
  }

  /** The type of a number in a file; empty if it is not read. */
  static Optional<GgufType> of(int id) {
    return Stream.of(values()).filter(type -> type.id == id).findFirst();
  }

  /** The type of a name; empty if there is none. */
  static Optional<GgufType> named(String name) {
    return Stream.of(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  int blockElements() {
    return blockElements;
  }

  int blockBytes() {
    return blockBytes;
  }

  /** What conversions know of it; empty for quantised types. */
  Optional<StoredType> stored() {
    return Optional.ofNullable(stored);
  }
}
