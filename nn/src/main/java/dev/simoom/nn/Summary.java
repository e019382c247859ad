package dev.simoom.nn;

import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints parameters as a table. */
final class Summary {
  private Summary() {}

  private record Row(String path, String type, String count) {}

  static String of(Map<String, Variable> parameters) {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("path", "shape", "parameters"));
    long total = 0;
    long bytes = 0;
    for (Map.Entry<String, Variable> entry : parameters.entrySet()) {
      Variable variable = entry.getValue();
      long elements = variable.shape().elements();
      String type = variable.dtype() + " " + variable.shape();
      rows.add(new Row(entry.getKey(), type, grouped(elements)));
      total += elements;
      bytes += elements * variable.dtype().bytes();
    }
    rows.add(new Row("total", size(bytes), grouped(total)));
    return table(rows);
  }

  private static String table(List<Row> rows) {
    int path = rows.stream().mapToInt(r -> r.path().length()).max().orElse(0);
    int type = rows.stream().mapToInt(r -> r.type().length()).max().orElse(0);
    int count = rows.stream().mapToInt(r -> r.count().length()).max().orElse(0);
    String format = "%-" + path + "s  %-" + type + "s  %" + count + "s%n";
    String line = "-".repeat(path + type + count + 4) + System.lineSeparator();
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      table.append(i == 1 || i == rows.size() - 1 ? line : "");
      table.append(String.format(Locale.ROOT, format, row.path(), row.type(), row.count()));
    }
    return table.toString();
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String size(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double size = bytes;
    int unit = 0;
    while (size >= 1024 && unit < units.length - 1) {
      size /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", size, units[unit]);
  }
}
