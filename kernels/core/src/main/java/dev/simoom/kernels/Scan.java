package dev.simoom.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What runs along an axis: of each line {@code y[i] = y[i-1] + x[i]}, {@code y[i] = y[i-1] x[i]} or
 * {@code y[i] = factor[i] y[i-1] + x[i]}; y of the first is x of the first.
 *
 * <p>Operands: for a recurrence the factors, of which each line's first counts for nothing; then x
 * and y, all [outer, length, inner] and dense. Sums are nearer to the true ones than adding one
 * element after the other would bring them; products and recurrences go from element to element.
 *
 * @param kind what runs
 * @param reversed whether the last element of each line is its first
 * @param outer how often the axis is met
 * @param length elements along the axis
 * @param inner neighbours that belong to different lines
 * @param type of all operands: F32, or I32 for sums and products
 */
public record Scan(Kind kind, boolean reversed, long outer, long length, long inner, DType type)
    implements Kernel {
  /** What is done to the element before. */
  public enum Kind {
    /** The element is added to it. */
    SUM,
    /** It is multiplied by the element. */
    PRODUCT,
    /** It is multiplied by a factor, and the element added. */
    RECURRENCE
  }

  /**
   * Checks extents and type.
   *
   * @throws IllegalArgumentException if an extent is negative, or there is no scan of the type
   */
  public Scan {
    boolean fits = type == DType.F32 || type == DType.I32 && kind != Kind.RECURRENCE;
    if (outer < 0 || length < 0 || inner < 0 || !fits) {
      throw new IllegalArgumentException(
          "scan: no " + kind + " of " + type + " [" + outer + ", " + length + ", " + inner + "]");
    }
  }

  /** Elements of each operand. */
  public long elements() {
    return outer * length * inner;
  }

  @Override
  public String name() {
    String what = kind.name().toLowerCase(Locale.ROOT);
    return "running " + what + " " + outer + "x" + length + "x" + inner;
  }

  @Override
  public List<Port> ports() {
    List<Port> ports = new ArrayList<>();
    if (kind == Kind.RECURRENCE) {
      ports.add(Port.input("factors", type, elements()));
    }
    ports.add(Port.input("x", type, elements()));
    ports.add(Port.output("y", type, elements()));
    return ports;
  }

  @Override
  public long flops() {
    return (kind == Kind.RECURRENCE ? 2 : 1) * elements();
  }
}
