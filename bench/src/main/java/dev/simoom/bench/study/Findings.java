package dev.simoom.bench.study;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.simoom.bench.suite.Conditions;
import dev.simoom.bench.suite.Grid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a study found: tables, bars met or missed, and the numbers behind them. */
final class Findings {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final List<Section> sections = new ArrayList<>();
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();

  /**
   * A table with what it shows.
   *
   * @param cells the head, then the lines
   * @param notes how the figures came about
   */
  record Section(String title, List<List<String>> cells, List<Bar> bars, List<String> notes) {}

  private record Page(
      Conditions conditions, List<Section> sections, Map<String, List<Double>> figures) {}

  /** Adds a table. */
  void add(String title, List<List<String>> cells, List<Bar> bars, String... notes) {
    sections.add(
        new Section(title, List.copyOf(cells), List.copyOf(bars), List.copyOf(List.of(notes))));
  }

  /** Adds the values that were measured of something. */
  void figures(String name, List<Double> values) {
    figures.put(name, List.copyOf(values));
  }

  List<Bar> bars() {
    return sections.stream().flatMap(section -> section.bars.stream()).toList();
  }

  /** For people. */
  String text(Conditions conditions) {
    List<String> lines = new ArrayList<>();
    for (Section section : sections) {
      int columns = section.cells.getFirst().size();
      Set<Integer> numbers = IntStream.range(1, columns).boxed().collect(Collectors.toSet());
      lines.add(section.title);
      lines.add("");
      lines.add(Grid.of(section.cells, numbers));
      section.bars.forEach(bar -> lines.add(bar.toString()));
      lines.addAll(section.notes);
      lines.add("");
    }
    lines.add(conditions.machine());
    lines.add(
        String.format(
            Locale.ROOT,
            "Commit %s, %s; load %.2f before, %.2f after.",
            conditions.commit(),
            conditions.date(),
            conditions.loadBefore(),
            conditions.loadAfter()));
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  /** Writes them as JSON. */
  void write(Path file, Conditions conditions) throws IOException {
    MAPPER.writeValue(file.toFile(), new Page(conditions, sections, figures));
  }
}
