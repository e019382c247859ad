package dev.simoom.bench.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What the machine can do at most: multiply-adds from registers, copies of ever larger arrays. */
public final class CeilingWorks {
  /** Nothing but multiply-adds. */
  public static final String FMA = "FMA peak";

  private static final long L1_PART = 24 << 10;

  /** An array that does not fit into a level of cache, and the name of the one it is copied in. */
  private record Level(String name, long bytes) {}

  private CeilingWorks() {}

  /** The name of the copy whose operands are as far from the core as those of a work. */
  public static String copyFor(double bytes, int threads) {
    Caches caches = Caches.ofThisMachine();
    if (bytes <= (double) caches.level1() * threads) {
      return "copy in L1";
    }
    if (bytes <= (double) caches.level2() * threads) {
      return "copy in L2";
    }
    return bytes <= caches.lastLevel() ? "copy in LLC" : "copy in memory";
  }

  /** The multiply-adds for works whose operations are counted, otherwise the copy like them. */
  public static Work limiting(Work work, int threads) {
    String name = work.flops() > 0 ? FMA : copyFor(work.bytes(), threads);
    return all().stream().filter(w -> w.name().equals(name)).findFirst().orElseThrow();
  }

  static List<Work> all() {
    Caches caches = Caches.ofThisMachine();
    List<Work> works = new ArrayList<>();
    works.add(ceiling(FMA, () -> new PeakRate()).costing(PeakRate.FLOPS_PER_THREAD, 0));
    List<Level> levels =
        List.of(
            new Level("copy in L1", Math.min(L1_PART, caches.level1() / 2)),
            new Level("copy in L2", caches.level2() / 2),
            new Level("copy in LLC", caches.lastLevel() / 4),
            new Level("copy in memory", 4 * caches.lastLevel()));
    for (Level level : levels) {
      works.add(
          ceiling(level.name, () -> new CopyRate(level.bytes))
              .costing(0, CopyRate.bytesPerThread(level.bytes)));
    }
    return works;
  }

  /** Both figures of a ceiling are those of one thread; the rate is theirs times the threads. */
  private static Work ceiling(String name, Supplier<Prepared> maker) {
    return Work.of(Family.CEILING, name, Map.of("op", "ceiling"), maker).against().brief(true);
  }
}
