package dev.simoom.models.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  private static final String METRICS = "metrics.jsonl";

  private final Path folder;
  private final RunLock lock;
  private final List<String> kept;
  private @Nullable Growing growing;

  private RunDirectory(Path folder, RunLock lock, List<String> kept) {
    this.folder = folder;
    this.lock = lock;
    this.kept = kept;
  }

  /** The files that grow. */
  private record Growing(BufferedWriter lines, EventFile events) implements AutoCloseable {
    /** Opens both behind the lines that stay; later ones go. */
    static Growing open(Path folder, List<String> kept) throws IOException {
      Path file = folder.resolve(METRICS);
      AtomicFiles.write(file, String.join("", kept.stream().map(l -> l + "\n").toList()));
      BufferedWriter lines =
          Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
      try {
        Path events = folder.resolve(EventFile.NAME);
        return new Growing(lines, EventFile.open(events, kept.size(), Clock.systemUTC()));
      } catch (IOException | RuntimeException e) {
        lines.close();
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      try (lines) {
        events.close();
      }
    }
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
    RunLock lock = RunLock.take(folder);
    try {
      RunDirectory run = new RunDirectory(folder, lock, List.of());
      run.growing = Growing.open(folder, List.of());
      return run;
    } catch (Throwable e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Opens the folder of a run that stopped. Nothing in it changes before there is something new to
   * write, so that a state which turns out to be of another run costs nothing.
   *
   * @param lines lines of {@code metrics.jsonl} that belong to the state it stopped in; later ones
   *     go
   * @throws RunException if there are fewer, or another process is at work on the run
   * @throws IOException if its files cannot be read or written
   */
  public static RunDirectory reopen(Path folder, long lines) throws IOException {
    RunLock lock = RunLock.take(folder);
    try {
      AtomicFiles.deleteLeftovers(folder);
      return new RunDirectory(folder, lock, kept(folder, lines));
    } catch (Throwable e) {
      lock.close();
      throw e;
    }
  }

  private static List<String> kept(Path folder, long lines) throws IOException {
    Path file = folder.resolve(METRICS);
    List<String> kept = List.of();
    if (Files.exists(file)) {
      try (Stream<String> all = Files.lines(file)) {
        kept = all.limit(lines).toList();
      }
    }
    if (kept.size() < lines) {
      throw new RunException(
          "%s has %d lines and the checkpoint was written after %d: the file was changed"
              .formatted(file, kept.size(), lines));
    }
    return kept;
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
    if (growing == null) {
      growing = Growing.open(folder, kept);
    }
    growing.lines().write(LINE.writeValueAsString(line));
    growing.lines().write('\n');
    growing.lines().flush();
    growing.events().add(stage, step, figures);
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
      if (JSON.readTree(Files.readString(file)) instanceof ObjectNode object) {
        completion.accept(object);
        return JSON.treeToValue(object, type);
      }
      throw new RunException(file + " is not what a run writes: it holds no JSON object");
    } catch (JsonProcessingException e) {
      throw new RunException("%s is not what a run writes: %s".formatted(file, why(e)));
    } catch (CharacterCodingException e) {
      throw new RunException(file + " is not what a run writes: it is not UTF-8");
    }
  }

  /** What is wrong with JSON, without the names of our classes and of Jackson's settings. */
  private static String why(JsonProcessingException e) {
    String place =
        e instanceof JsonMappingException m
            ? m.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .collect(Collectors.joining("."))
            : "";
    String message = String.valueOf(e.getOriginalMessage());
    return switch (e) {
      case UnrecognizedPropertyException _ -> "'" + place + "' is nothing that it knows";
      case MismatchedInputException _ when message.startsWith("Missing") ->
          "'" + place + "' is missing";
      case MismatchedInputException _ when !place.isEmpty() ->
          "'%s' has a value of another kind".formatted(place);
      default -> message;
    };
  }

  /**
   * The lines of a run's {@code metrics.jsonl}.
   *
   * @throws RunException if a line is no JSON
   * @throws IOException if the file cannot be read
   */
  public static List<JsonNode> readMetrics(Path folder) throws IOException {
    Path file = folder.resolve(METRICS);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      try {
        lines.add(LINE.readTree(line));
      } catch (JsonProcessingException e) {
        throw new RunException(
            "%s: line %d is not what a run writes; the file was changed"
                .formatted(file, lines.size() + 1));
      }
    }
    return lines;
  }

  /** Closes the files that grow. */
  @Override
  public void close() throws IOException {
    try (lock) {
      if (growing != null) {
        growing.close();
      }
    }
  }
}
