package dev.simoom.models.report;

import dev.simoom.tensor.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a run's report: one HTML page that holds its style, its scripts and its data and asks the
 * network for nothing.
 */
public final class SaeReport {

  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private SaeReport() {}

  /**
   * Writes the page, whole or not at all: an existing file is replaced only once the new one is on
   * the disk.
   *
   * @param file where the page goes; missing folders are made
   * @param data what it shows
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, ReportData data) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    AtomicFiles.write(file, html(data));
  }

  /** The page as text. */
  public static String html(ReportData data) {
    Map<String, String> parts =
        Map.of(
            "title", escaped(data.title()),
            "style", resource("style.css"),
            "script",
                Stream.of("dom.js", "charts.js", "features.js", "page.js")
                    .map(SaeReport::resource)
                    .collect(Collectors.joining("\n")),
            "data", PageJson.of(data));
    return PLACE
        .matcher(resource("page.html"))
        .replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String name) {
    try (InputStream in = SaeReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The report's resource " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
