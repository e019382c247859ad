package dev.simoom.bench.work;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One measurable unit.
 *
 * @param family what it belongs to
 * @param name its name, unique among all works
 * @param spec what a peer needs to build the same work: {@code op} and its sizes
 * @param flops floating-point operations of one run, a multiply-add counted as two; 0 where memory
 *     is the only bound worth naming
 * @param bytes bytes that one run must move at the least
 * @param brief whether it is in the short form
 * @param peers the variants of a peer that are worth measuring, such as {@code eager}
 * @param tolerance how far results may differ from a peer's, in units of their size
 * @param checkRuns after how many runs results are compared; above 1 for works that change state
 * @param maker prepares it
 */
public record Work(
    Family family,
    String name,
    Map<String, Object> spec,
    double flops,
    double bytes,
    boolean brief,
    List<String> peers,
    double tolerance,
    int checkRuns,
    Supplier<Prepared> maker) {
  /** PyTorch as it runs operation by operation. */
  public static final String EAGER = "eager";

  /** PyTorch under {@code torch.compile}. */
  public static final String COMPILED = "compiled";

  /** PyTorch with {@code embedding_bag} in place of a dense product with a sparse operand. */
  public static final String EMBEDDING_BAG = "embedding_bag";

  /** All variants of PyTorch. */
  public static final List<String> VARIANTS = List.of(EAGER, COMPILED, EMBEDDING_BAG);

  /** Copies the collections. */
  public Work {
    spec = Collections.unmodifiableMap(new LinkedHashMap<>(spec));
    peers = List.copyOf(peers);
  }

  /** A work of the full form that is compared with PyTorch eager. */
  static Work of(Family family, String name, Map<String, Object> spec, Supplier<Prepared> maker) {
    return new Work(family, name, spec, 0, 0, false, List.of(EAGER), 1e-4, 1, maker);
  }

  /** With what it must compute and move at the least. */
  Work costing(double operations, double traffic) {
    return new Work(
        family, name, spec, operations, traffic, brief, peers, tolerance, checkRuns, maker);
  }

  /** In the short form too, if so. */
  Work brief(boolean so) {
    return new Work(family, name, spec, flops, bytes, so, peers, tolerance, checkRuns, maker);
  }

  /** With other variants of the peer. */
  Work against(String... variants) {
    return new Work(
        family, name, spec, flops, bytes, brief, List.of(variants), tolerance, checkRuns, maker);
  }

  /** With results that are compared after so many runs, and may differ so much. */
  Work checked(int runs, double difference) {
    return new Work(family, name, spec, flops, bytes, brief, peers, difference, runs, maker);
  }

  /** Prepares it on the backend of the calling thread. */
  public Prepared prepare() {
    return maker.get();
  }

  @Override
  public String toString() {
    return name;
  }
}
