package dev.simoom.kernels.tornado.memory;

import java.util.ArrayList;
import java.util.List;

/** A set of bytes, as ranges in ascending order with gaps between. */
final class Spans {
  private final List<Span> spans = new ArrayList<>();

  /** Adds a range. */
  void add(Span added) {
    if (added.isEmpty()) {
      return;
    }
    long from = added.from();
    long to = added.to();
    List<Span> kept = new ArrayList<>();
    for (Span span : spans) {
      if (span.to() < from || span.from() > to) {
        kept.add(span);
      } else {
        from = Math.min(from, span.from());
        to = Math.max(to, span.to());
      }
    }
    kept.add(new Span(from, to));
    kept.sort((a, b) -> Long.compare(a.from(), b.from()));
    spans.clear();
    spans.addAll(kept);
  }

  /** Whether all bytes of a range are in the set. */
  boolean covers(Span range) {
    return range.isEmpty()
        || spans.stream().anyMatch(s -> s.from() <= range.from() && range.to() <= s.to());
  }

  /** How many bytes of the set lie before a byte. */
  long before(long position) {
    long bytes = 0;
    for (Span span : spans) {
      bytes += Math.max(0, Math.min(span.to(), position) - span.from());
    }
    return bytes;
  }

  /** The set with its ranges widened to whole multiples of a number of bytes. */
  Spans widened(int unit) {
    Spans wide = new Spans();
    spans.forEach(
        s -> wide.add(new Span(s.from() / unit * unit, Math.ceilDiv(s.to(), unit) * unit)));
    return wide;
  }

  /** The size of the set. */
  long bytes() {
    return before(Long.MAX_VALUE);
  }
}
