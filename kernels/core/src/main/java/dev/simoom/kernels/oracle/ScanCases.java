package dev.simoom.kernels.oracle;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.Scan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cases of the kernels in which something runs along an axis. */
final class ScanCases {
  private ScanCases() {}

  static Case random(Generator g) {
    Scan.Kind kind = g.oneOf(Arrays.asList(Scan.Kind.values()));
    boolean whole = kind != Scan.Kind.RECURRENCE && g.chance(0.3);
    long inner = g.chance(0.5) ? 1 : g.chance(0.1) ? 300 : g.extent();
    boolean isLong = inner == 1 && g.chance(0.2);
    long length = isLong ? 17_000 + g.below(3000) : g.extent();
    Scan kernel =
        new Scan(
            kind,
            g.chance(0.5),
            isLong ? 1 + g.below(2) : g.extent(),
            length,
            inner,
            whole ? DType.I32 : DType.F32);
    List<double[]> inputs = new ArrayList<>();
    for (Port port : kernel.ports()) {
      if (!port.output()) {
        inputs.add(whole ? g.integers(port, Integer.MAX_VALUE) : reals(g, port, kind));
      }
    }
    // Sums reach the root of their length, one by one within blocks of it.
    Tolerance near = new Tolerance(1e-6 * (1 + Math.sqrt(length)), 1e-6 * (10 + length));
    return new Case(kernel, inputs, whole ? Tolerance.EXACT : near);
  }

  /** Of products those that neither vanish nor overflow at once. */
  private static double[] reals(Generator g, Port port, Scan.Kind kind) {
    double[] values = g.reals(port, 1);
    if (kind == Scan.Kind.PRODUCT) {
      Arrays.setAll(values, i -> (values[i] < 0 ? -1 : 1) * (1 + 0x1p-7 * values[i]));
    }
    return values;
  }
}
