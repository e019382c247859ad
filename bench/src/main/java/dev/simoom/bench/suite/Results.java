package dev.simoom.bench.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.simoom.models.run.RunException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that one run of the suite found.
 *
 * @param conditions under which
 * @param rows one for each work and number of threads, ceilings included
 * @param failures complaints of works that could not be done, by name
 */
public record Results(Conditions conditions, List<Row> rows, Map<String, String> failures) {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Copies the collections; results of old name no failures. */
  public Results {
    rows = List.copyOf(rows);
    failures = failures == null ? Map.of() : new LinkedHashMap<>(failures);
  }

  /** Writes them as JSON. */
  void write(Path file) throws IOException {
    MAPPER.writeValue(file.toFile(), this);
  }

  /** Reads what {@link #write} wrote. */
  static Results read(Path file) throws IOException {
    try {
      return MAPPER.readValue(file.toFile(), Results.class);
    } catch (JsonProcessingException e) {
      throw new RunException(file + " holds no results of 'simoom bench --json'");
    }
  }
}
