package uk.ac.manchester.tornado.api.math;

/** The functions that compile for all devices. */
public final class TornadoMath {
  private TornadoMath() {}

  /** The lesser, or the number beside a NaN. */
  public static float min(float a, float b) {
    return Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.min(a, b);
  }

  /** The lesser. */
  public static int min(int a, int b) {
    return Math.min(a, b);
  }

  /** The greater, or the number beside a NaN. */
  public static float max(float a, float b) {
    return Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.max(a, b);
  }

  /** The greater. */
  public static int max(int a, int b) {
    return Math.max(a, b);
  }

  /** Without its sign. */
  public static float abs(float a) {
    return Math.abs(a);
  }

  /** Without its sign. */
  public static int abs(int a) {
    return Math.abs(a);
  }

  /** The exponential function. */
  public static float exp(float value) {
    return (float) Math.exp(value);
  }

  /** The natural logarithm. */
  public static float log(float value) {
    return (float) Math.log(value);
  }

  /** The square root. */
  public static float sqrt(float value) {
    return (float) Math.sqrt(value);
  }

  /** The hyperbolic tangent. */
  public static float tanh(float value) {
    return (float) Math.tanh(value);
  }

  /** The sine of an angle in radians. */
  public static float sin(float angle) {
    return (float) Math.sin(angle);
  }

  /** The cosine of an angle in radians. */
  public static float cos(float angle) {
    return (float) Math.cos(angle);
  }

  /** One number to the power of another. */
  public static float pow(float a, float b) {
    return (float) Math.pow(a, b);
  }
}
