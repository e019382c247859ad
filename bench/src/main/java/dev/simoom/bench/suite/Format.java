package dev.simoom.bench.suite;

import java.util.Locale;

/** Numbers for people. */
public final class Format {
  private static final double THOUSAND = 1000;

  private Format() {}

  /** A duration with three digits, such as {@code 1.23 ms}. */
  public static String time(double nanos) {
    String[] units = {"ns", "us", "ms", "s"};
    return scaled(nanos, THOUSAND, units);
  }

  /** A size such as {@code 1.50 KiB}; none at all is {@code 0}. */
  public static String bytes(double bytes) {
    return bytes < 0.5 ? "0" : scaled(bytes, 1024, "B", "KiB", "MiB", "GiB");
  }

  /** What a work achieved: GFLOP/s where it counts operations, otherwise GB/s. */
  public static String rate(double flops, double bytes, double nanos) {
    double perNano = (flops > 0 ? flops : bytes) / nanos;
    return perNano == 0 ? "" : digits(perNano) + (flops > 0 ? " GFLOP/s" : " GB/s");
  }

  static String rate(Row row) {
    return rate(row.flops(), row.bytes(), row.nanos().value());
  }

  /** A ratio with its interval, such as {@code 1.31 [1.25, 1.40]}. */
  static String ratio(Figure figure) {
    return String.format(
        Locale.ROOT, "%.2f [%.2f, %.2f]", figure.value(), figure.low(), figure.high());
  }

  /** A share such as {@code 83 %}. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  /** How many threads, such as {@code 2 threads}. */
  public static String threads(int number) {
    return number == 1 ? "1 thread" : number + " threads";
  }

  /** Three significant digits. */
  public static String digits(double number) {
    double size = Math.abs(number);
    int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", number);
  }

  private static String scaled(double number, double step, String... units) {
    int unit = 0;
    double rest = number;
    while (unit < units.length - 1 && rest >= 0.9995 * step) {
      rest /= step;
      unit++;
    }
    return digits(rest) + " " + units[unit];
  }
}
