package dev.simoom.bench.suite;

import java.util.List;
import java.util.Set;

/** Cells in columns, as text. */
public final class Grid {
  private static final String GAP = "  ";

  private Grid() {}

  /**
   * Lines of aligned cells.
   *
   * @param cells the head, then the lines; lines may be shorter than the head, or empty
   * @param right columns of numbers, aligned to the right
   */
  public static String of(List<List<String>> cells, Set<Integer> right) {
    int columns = cells.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> line : cells) {
      for (int i = 0; i < line.size(); i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder s = new StringBuilder();
    for (List<String> line : cells) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < line.size(); i++) {
        text.append(pad(line.get(i), widths[i], right.contains(i))).append(GAP);
      }
      s.append(text.toString().stripTrailing()).append(System.lineSeparator());
    }
    return s.toString();
  }

  private static String pad(String text, int width, boolean right) {
    String blanks = " ".repeat(width - text.length());
    return right ? blanks + text : text + blanks;
  }
}
