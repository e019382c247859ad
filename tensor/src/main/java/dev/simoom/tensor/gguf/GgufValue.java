package dev.simoom.tensor.gguf;

import java.util.List;

/** A value of a file's metadata. */
public sealed interface GgufValue {
  /**
   * An unsigned integer of 8 to 64 bits.
   *
   * @param value those of 64 bits beyond a long are negative here, see {@link
   *     Long#toUnsignedString}
   */
  record Unsigned(long value) implements GgufValue {}

  /** A signed integer of 8 to 64 bits. */
  record Signed(long value) implements GgufValue {}

  /** A floating-point number of 32 or 64 bits. */
  record Real(double value) implements GgufValue {}

  /** A truth value. */
  record Truth(boolean value) implements GgufValue {}

  /** A string. */
  record Text(String value) implements GgufValue {}

  /** Values of one kind; those may be arrays of different kinds. */
  record Items(List<GgufValue> values) implements GgufValue {}
}
