package dev.simoom.bench.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.simoom.models.run.RunException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * All that one run of the suite found.
 *
 * @param conditions under which
 * @param rows one for each work and number of threads, ceilings included
 */
public record Results(Conditions conditions, List<Row> rows) {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Copies the list. */
  public Results {
    rows = List.copyOf(rows);
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
