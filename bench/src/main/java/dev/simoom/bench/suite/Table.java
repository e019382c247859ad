package dev.simoom.bench.suite;

import dev.simoom.bench.work.Family;
import dev.simoom.bench.work.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The results as text. */
final class Table {
  private static final double SLOW_FORK = 0.8;

  private Table() {}

  static String of(Results results) {
    StringBuilder s = new StringBuilder();
    boolean peers = results.rows().stream().anyMatch(row -> !row.peers().isEmpty());
    List<Integer> threads = results.rows().stream().map(Row::threads).distinct().toList();
    for (int number : threads) {
      s.append(results.conditions().place(number)).append("%n%n");
      List<Row> rows = results.rows().stream().filter(r -> r.threads() == number).toList();
      s.append(grid(rows, peers)).append("%n");
    }
    return s.toString().replace("%n", System.lineSeparator()) + footer(results, peers);
  }

  private static String grid(List<Row> rows, boolean peers) {
    List<List<String>> cells = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("work", "time", "rate", "of ceiling", "allocates"));
    if (peers) {
      head.addAll(List.of("PyTorch eager / ours", "torch.compile / ours", "other"));
    }
    cells.add(head);
    String family = "";
    for (Row row : rows) {
      if (!row.family().equals(family)) {
        cells.add(List.of());
        family = row.family();
      }
      cells.add(line(row, peers));
    }
    return Grid.of(cells, Set.of(1, 2));
  }

  private static List<String> line(Row row, boolean peers) {
    List<String> line = new ArrayList<>();
    line.add(row.work());
    line.add(Format.time(row.nanos().value()));
    line.add(Format.rate(row));
    line.add(row.bound().isEmpty() ? "" : Format.percent(row.share()) + " " + row.bound());
    line.add(Format.bytes(row.allocated()));
    if (peers) {
      line.add(verdict(row, Work.EAGER));
      line.add(verdict(row, Work.COMPILED));
      List<String> others = others(row).stream().map(v -> v + " " + verdict(row, v)).toList();
      line.add(String.join(", ", others));
    }
    return line;
  }

  /** Variants of peers that have no column of their own. */
  static List<String> others(Row row) {
    return row.peers().keySet().stream()
        .filter(v -> !v.equals(Work.EAGER) && !v.equals(Work.COMPILED))
        .toList();
  }

  /** Whether we are ahead of a variant of the peer, which only a whole interval can say. */
  static String verdict(Row row, String variant) {
    Row.Peer peer = row.peers().get(variant);
    if (peer == null) {
      return row.remarks().containsKey(variant) ? "see below" : "";
    }
    Figure ratio = peer.ratio();
    return Format.ratio(ratio) + " " + word(ratio);
  }

  static String word(Figure ratio) {
    return ratio.low() > 1 ? "ahead" : ratio.high() < 1 ? "behind" : "even";
  }

  private static String footer(Results results, boolean peers) {
    Conditions c = results.conditions();
    List<String> lines = new ArrayList<>();
    for (Row row : results.rows()) {
      for (Map.Entry<String, String> remark : row.remarks().entrySet()) {
        lines.add("%s, %s: %s".formatted(row.work(), remark.getKey(), remark.getValue()));
      }
      if (row.family().equals(Family.TRACE.label())) {
        lines.add("%s: %s the first time".formatted(row.work(), Format.time(row.first())));
      }
      if (row.slowestFork() < SLOW_FORK) {
        lines.add(
            "%s, %d threads: the slowest fork ran at %s of the median's speed"
                .formatted(row.work(), row.threads(), Format.percent(row.slowestFork())));
      }
    }
    results.failures().forEach((work, why) -> lines.add(work + ": FAILED, " + why));
    if (peers) {
      lines.add(
          "Ratios are the peer's time over ours, with 95 % intervals: ahead if all of it is"
              + " above 1.");
    }
    lines.add("Peer: " + c.peer());
    lines.add(c.machine());
    lines.add("Commit %s, %s; %s.".formatted(c.commit(), c.date(), c.rounds()));
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
