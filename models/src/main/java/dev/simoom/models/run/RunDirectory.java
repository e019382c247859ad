package dev.simoom.models.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simoom.tensor.AtomicFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The folder of one run: settings, metrics, checkpoints and results.
 *
 * <p>One process writes to it at a time. Files are replaced whole, never half written; only {@code
 * metrics.jsonl} grows line by line, and with it a file of the same figures for TensorBoard.
 */
public final class RunDirectory implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);
  private static final ObjectMapper LINE = new ObjectMapper();

  private final Path folder;
  private final BufferedWriter metrics;
  private final EventFile events;
  private final RunLock lock;

  private RunDirectory(Path folder, RunLock lock, BufferedWriter metrics, EventFile events) {
    this.folder = folder;
    this.lock = lock;
    this.metrics = metrics;
    this.events = events;
  }

  /** Whether a folder holds a run, finished or not. */
  public static boolean isRun(Path folder) {
    return Files.exists(folder.resolve("config.json"));
  }

  /**
   * Makes a folder for a new run.
   *
   * @throws RunException if there is a run in it already, or another process makes one
   * @throws IOException if the folder cannot be made or written
   */
  public static RunDirectory create(Path folder) throws IOException {
    if (isRun(folder)) {
      throw new RunException(
          folder
              + " holds a run already; continue it with --resume "
              + folder
              + " or name another folder");
    }
    Files.createDirectories(folder);
    return open(folder, 0);
  }

  /**
   * Opens the folder of a run that stopped.
   *
   * @param lines lines of {@code metrics.jsonl} that belong to the state it stopped in; later ones
   *     go
   * @throws RunException if there are fewer, or another process is at work on the run
   * @throws IOException if its files cannot be read or written
   */
  public static RunDirectory reopen(Path folder, long lines) throws IOException {
    return open(folder, lines);
  }

  private static RunDirectory open(Path folder, long lines) throws IOException {
    RunLock lock = RunLock.take(folder);
    try {
      AtomicFiles.deleteLeftovers(folder);
      return open(folder, lock, lines);
    } catch (Throwable e) {
      lock.close();
      throw e;
    }
  }

  private static RunDirectory open(Path folder, RunLock lock, long lines) throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    List<String> kept = new ArrayList<>();
    if (Files.exists(file)) {
      try (var all = Files.lines(file)) {
        all.limit(lines).forEach(kept::add);
      }
    }
    if (kept.size() < lines) {
      throw new RunException(
          "%s has %d lines and the checkpoint was written after %d: the file was changed"
              .formatted(file, kept.size(), lines));
    }
    AtomicFiles.write(file, String.join("", kept.stream().map(l -> l + "\n").toList()));
    BufferedWriter writer =
        Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    EventFile events = EventFile.open(folder.resolve(EventFile.NAME), lines, Clock.systemUTC());
    return new RunDirectory(folder, lock, writer, events);
  }

  /** The path of a file in the folder. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /**
   * Adds figures to {@code metrics.jsonl} and TensorBoard's file, at once, so that others may
   * follow the file.
   *
   * @throws IOException if the figures cannot be written
   */
  public void metric(String stage, long step, Map<String, Double> figures) throws IOException {
    ObjectNode line = LINE.createObjectNode();
    line.put("stage", stage);
    line.put("step", step);
    figures.forEach(line::put);
    metrics.write(LINE.writeValueAsString(line));
    metrics.write('\n');
    metrics.flush();
    events.add(stage, step, figures);
  }

  /**
   * Writes a JSON file of any value that Jackson can express.
   *
   * @throws IOException if the file cannot be written; what was there is as it was
   */
  public static void writeJson(Path file, Object value) throws IOException {
    AtomicFiles.write(file, JSON.writeValueAsString(value) + "\n");
  }

  /**
   * Reads a JSON file into a record.
   *
   * @throws RunException if it is no such record
   * @throws IOException if the file cannot be read
   */
  public static <T> T readJson(Path file, Class<T> type) throws IOException {
    return readJson(file, type, content -> {});
  }

  /**
   * Reads a JSON file into a record.
   *
   * @param completion adds to the file's content what older versions did not write
   * @throws RunException if it is no such record
   * @throws IOException if the file cannot be read
   */
  public static <T> T readJson(Path file, Class<T> type, Consumer<ObjectNode> completion)
      throws IOException {
    try {
      JsonNode content = JSON.readTree(Files.readString(file));
      if (content instanceof ObjectNode object) {
        completion.accept(object);
      }
      return JSON.treeToValue(content, type);
    } catch (JsonProcessingException | CharacterCodingException e) {
      String why = e instanceof JsonProcessingException j ? j.getOriginalMessage() : "no UTF-8";
      throw new RunException("%s is not what a run writes: %s".formatted(file, why));
    }
  }

  /**
   * The lines of a run's {@code metrics.jsonl}.
   *
   * @throws IOException if the file cannot be read
   */
  public static List<JsonNode> readMetrics(Path folder) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("metrics.jsonl"))) {
      lines.add(LINE.readTree(line));
    }
    return lines;
  }

  /** Closes the files that grow. */
  @Override
  public void close() throws IOException {
    try (lock;
        metrics) {
      events.close();
    }
  }
}
