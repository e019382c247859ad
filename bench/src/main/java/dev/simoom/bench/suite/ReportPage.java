package dev.simoom.bench.suite;

import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The results as one self-contained page. */
final class ReportPage {
  private static final String TEMPLATE = "report.html";

  private final Results results;
  private final boolean peers;

  private ReportPage(Results results) {
    this.results = results;
    this.peers = results.rows().stream().anyMatch(row -> !row.peers().isEmpty());
  }

  static String of(Results results) throws IOException {
    ReportPage page = new ReportPage(results);
    try (InputStream template = ReportPage.class.getResourceAsStream(TEMPLATE)) {
      String text = new String(template.readAllBytes(), StandardCharsets.UTF_8);
      return text.replace("{{conditions}}", page.conditions())
          .replace("{{summary}}", page.summary())
          .replace("{{plots}}", page.plots())
          .replace("{{tables}}", page.tables())
          .replace("{{remarks}}", page.remarks());
    }
  }

  private String conditions() {
    Conditions c = results.conditions();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, %d processors, %s"
            .formatted(c.processor(), c.processors(), Format.bytes(c.memoryBytes())));
    lines.add("%s; JDK %s".formatted(c.system(), c.java()));
    lines.add("Commit %s, %s".formatted(c.commit(), c.date()));
    lines.add("Peer: " + c.peer());
    lines.add(c.rounds());
    StringBuilder s = new StringBuilder();
    lines.forEach(line -> s.append(Html.item(line)));
    return s.toString();
  }

  /** How often the whole interval is above 1, for each variant of the peer. */
  private String summary() {
    StringBuilder s = new StringBuilder();
    for (String variant : Work.VARIANTS) {
      List<String> verdicts =
          results.rows().stream()
              .filter(row -> row.peers().containsKey(variant))
              .map(row -> Table.word(row.peers().get(variant).ratio()))
              .toList();
      if (!verdicts.isEmpty()) {
        s.append(
            "<li><b>PyTorch %s</b>: ahead in %d of %d rows, even in %d, behind in %d</li>\n"
                .formatted(
                    variant,
                    count(verdicts, "ahead"),
                    verdicts.size(),
                    count(verdicts, "even"),
                    count(verdicts, "behind")));
      }
    }
    return s.toString();
  }

  private static long count(List<String> words, String word) {
    return words.stream().filter(word::equals).count();
  }

  private String plots() {
    int threads = results.rows().stream().mapToInt(Row::threads).max().orElse(1);
    List<Row> rows = results.rows().stream().filter(r -> r.threads() == threads).toList();
    StringBuilder s = new StringBuilder();
    new Plots(rows).all().forEach(plot -> s.append(plot.html()));
    return s.toString();
  }

  private String tables() {
    StringBuilder s = new StringBuilder();
    for (int threads : results.rows().stream().map(Row::threads).distinct().toList()) {
      s.append("<h2>%s</h2>\n".formatted(Html.escape(results.conditions().place(threads))));
      s.append("<table>\n<thead><tr><th>work</th><th>time</th><th>rate</th><th>of ceiling</th>");
      s.append("<th>allocates</th>");
      s.append(peers ? "<th>eager / ours</th><th>compiled / ours</th><th>other</th>" : "");
      s.append("</tr></thead>\n");
      String family = "";
      for (Row row : results.rows()) {
        if (row.threads() == threads) {
          if (!row.family().equals(family)) {
            family = row.family();
            s.append("<tbody>\n<tr class=\"family\"><th colspan=\"8\">");
            s.append(family).append("</th></tr>\n");
          }
          s.append(line(row));
        }
      }
      s.append("</table>\n");
    }
    return s.toString();
  }

  private String line(Row row) {
    StringBuilder s = new StringBuilder("<tr>");
    s.append("<th>").append(Html.escape(row.work())).append("</th>");
    cell(s, "time", Format.time(row.nanos().value()), "");
    cell(s, "rate", Format.rate(row), "");
    String share = row.bound().isEmpty() ? "" : Format.percent(row.share()) + " " + row.bound();
    cell(s, "of ceiling", share, "");
    cell(s, "allocates", Format.bytes(row.allocated()), "");
    if (peers) {
      verdict(s, "eager / ours", row, Work.EAGER);
      verdict(s, "compiled / ours", row, Work.COMPILED);
      List<String> others =
          Table.others(row).stream().map(v -> v + " " + Table.verdict(row, v)).toList();
      cell(s, "other / ours", String.join(", ", others), "");
    }
    return s.append("</tr>\n").toString();
  }

  private static void verdict(StringBuilder s, String label, Row row, String variant) {
    Row.Peer peer = row.peers().get(variant);
    cell(s, label, Table.verdict(row, variant), peer == null ? "" : Table.word(peer.ratio()));
  }

  private static void cell(StringBuilder s, String label, String text, String style) {
    s.append("<td data-label=\"%s\" class=\"%s\">".formatted(label, style));
    s.append(Html.escape(text)).append("</td>");
  }

  private String remarks() {
    StringBuilder s = new StringBuilder();
    results.failures().forEach((work, why) -> s.append(Html.item(work + ": failed, " + why)));
    for (Row row : results.rows()) {
      for (Map.Entry<String, String> remark : row.remarks().entrySet()) {
        String text = "%s, %s: %s".formatted(row.work(), remark.getKey(), remark.getValue());
        s.append(Html.item(text));
      }
    }
    return s.toString();
  }
}
