package dev.simoom.kernels;

/**
 * One operand of a kernel: what it is called, what it holds and how far it reaches.
 *
 * @param name the operand's name in messages
 * @param type element type
 * @param elements number of elements from the operand's start to the last one touched
 * @param output whether the kernel writes it
 */
public record Port(String name, DType type, long elements, boolean output) {
  /** An operand that is only read. */
  public static Port input(String name, DType type, long elements) {
    return new Port(name, type, elements, false);
  }

  /** An operand that is written. */
  public static Port output(String name, DType type, long elements) {
    return new Port(name, type, elements, true);
  }

  /** The reach in bytes. */
  public long bytes() {
    return elements * type.bytes();
  }
}
