package dev.simoom.bench.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What changed between two runs of the suite. */
final class Comparison {
  private static final double LEAST_CHANGE = 0.02;
  private static final double LEAST_CHANGE_OF_ONE_FORK = 0.05;

  private final Results before;
  private final Results after;

  /**
   * One work in both.
   *
   * @param row the later result
   * @param was the earlier time
   * @param quotient time after over time before
   */
  record Change(Row row, Figure was, Figure quotient) {}

  Comparison(Results before, Results after) {
    this.before = before;
    this.after = after;
  }

  /** Works that take longer now, or shorter, beyond what chance explains. */
  List<Change> changes(boolean slower) {
    double least = oneFork() ? LEAST_CHANGE_OF_ONE_FORK : LEAST_CHANGE;
    return all().stream()
        .filter(c -> slower ? c.quotient.low() > 1 + least : c.quotient.high() < 1 - least)
        .sorted((a, b) -> Double.compare(distance(b), distance(a)))
        .toList();
  }

  private static double distance(Change change) {
    return Math.abs(Math.log(change.quotient.value()));
  }

  private List<Change> all() {
    List<Change> all = new ArrayList<>();
    for (Row row : after.rows()) {
      find(before, row)
          .ifPresent(
              old ->
                  all.add(
                      new Change(row, old.nanos(), Statistics.quotient(row.forks(), old.forks()))));
    }
    return all;
  }

  private static Optional<Row> find(Results results, Row like) {
    return results.rows().stream()
        .filter(r -> r.work().equals(like.work()) && r.threads() == like.threads())
        .findFirst();
  }

  private boolean oneFork() {
    return before.conditions().effort().forks() == 1 || after.conditions().effort().forks() == 1;
  }

  /** The comparison as text. */
  String text() {
    StringBuilder s = new StringBuilder();
    List<Change> slower = changes(true);
    List<Change> faster = changes(false);
    list(s, "Slower", slower);
    list(s, "Faster", faster);
    int others = all().size() - slower.size() - faster.size();
    line(s, "Without a difference beyond the noise: " + others + " of " + all().size() + " works.");
    missing(s, "Only in the first: ", before, after);
    missing(s, "Only in the second: ", after, before);
    if (oneFork()) {
      line(
          s,
          "There is one fork only, which says nothing of the noise between JVMs: changes below 5 %"
              + " are left out; --forks 3 tells more.");
    }
    if (!before.conditions().processor().equals(after.conditions().processor())
        || !before.conditions().device().equals(after.conditions().device())) {
      line(s, "Careful: the runs are from different processors or devices.");
    }
    return s.toString();
  }

  private static void list(StringBuilder s, String heading, List<Change> changes) {
    if (changes.isEmpty()) {
      return;
    }
    line(s, heading + " (time of the second over that of the first):");
    for (Change change : changes) {
      Row row = change.row;
      line(
          s,
          "  %s, %d thread%s: %s, from %s to %s"
              .formatted(
                  row.work(),
                  row.threads(),
                  row.threads() == 1 ? "" : "s",
                  Format.ratio(change.quotient),
                  Format.time(change.was.value()),
                  Format.time(row.nanos().value())));
    }
  }

  private static void missing(StringBuilder s, String heading, Results some, Results others) {
    List<String> names =
        some.rows().stream()
            .filter(row -> find(others, row).isEmpty())
            .map(row -> row.work() + " (" + row.threads() + ")")
            .toList();
    if (!names.isEmpty()) {
      line(s, heading + String.join(", ", names));
    }
  }

  private static void line(StringBuilder s, String text) {
    s.append(text).append(System.lineSeparator());
  }
}
