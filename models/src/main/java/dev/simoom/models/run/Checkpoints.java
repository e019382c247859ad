package dev.simoom.models.run;

import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The state of an unfinished run in one file, {@code checkpoint.safetensors}: the stage it is in,
 * how many lines of metrics belong to it, and what the stage needs to go on with the same bits.
 */
public final class Checkpoints {
  private static final String STAGE = "stage";
  private static final String LINES = "metrics_lines";
  private static final String SECONDS = "seconds.";

  private final Path file;

  /** The state of the run in a folder. */
  public Checkpoints(Path folder) {
    file = folder.resolve("checkpoint.safetensors");
  }

  /** Whether there is a state. */
  public boolean exist() {
    return Files.exists(file);
  }

  /**
   * Replaces the state.
   *
   * @param stage how far the run is
   * @param lines lines of metrics so far
   * @param seconds spent in each stage so far
   */
  void write(
      Enum<?> stage, long lines, Map<String, Double> seconds, Consumer<SafetensorsWriter> state)
      throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    seconds.forEach((name, value) -> writer.metadata(SECONDS + name, Double.toString(value)));
    writer.metadata(STAGE, stage.name());
    writer.metadata(LINES, Long.toString(lines));
    state.accept(writer);
    writer.write(file);
  }

  /**
   * Opens the state.
   *
   * @throws IOException if it cannot be read or is no whole safetensors file
   */
  public SafetensorsFile open() throws IOException {
    return SafetensorsFile.open(file);
  }

  /** Adds variables to a state under their paths. */
  public static void add(SafetensorsWriter state, String prefix, Map<String, Variable> variables) {
    variables.forEach((path, v) -> state.add(prefix + path, v.dtype(), v.shape(), v.segment()));
  }

  /**
   * Takes variables from a state.
   *
   * @throws IOException if a variable is missing, or has another shape
   */
  public static void take(SafetensorsFile state, String prefix, Map<String, Variable> variables)
      throws IOException {
    for (Map.Entry<String, Variable> entry : variables.entrySet()) {
      Variable v = entry.getValue();
      SafetensorsFile.Entry saved = state.entry(prefix + entry.getKey());
      if (!saved.shape().equals(v.shape())) {
        throw new IOException(
            state.path() + ": '" + saved.name() + "' is " + saved.shape() + ", not " + v.shape());
      }
      state.read(saved, v.dtype(), 0, v.segment(), v.shape().elements());
      v.written();
    }
  }

  /**
   * How far the run was.
   *
   * @throws IOException if the file names none of the stages
   */
  public static <S extends Enum<S>> S stage(SafetensorsFile state, Class<S> stages)
      throws IOException {
    String name = state.metadata().get(STAGE);
    for (S stage : stages.getEnumConstants()) {
      if (stage.name().equals(name)) {
        return stage;
      }
    }
    throw new IOException(state.path() + " is not the checkpoint of a run: its stage is " + name);
  }

  /**
   * Seconds spent in each stage, in their order.
   *
   * @throws IOException if a time is no number
   */
  public static Map<String, Double> seconds(SafetensorsFile state) throws IOException {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : state.metadata().entrySet()) {
      if (entry.getKey().startsWith(SECONDS)) {
        try {
          String name = entry.getKey().substring(SECONDS.length());
          seconds.put(name, Double.parseDouble(entry.getValue()));
        } catch (NumberFormatException e) {
          throw new IOException(
              state.path() + ": " + entry.getKey() + " is no number: " + entry.getValue(), e);
        }
      }
    }
    return seconds;
  }

  /**
   * Lines of metrics that belong to the state.
   *
   * @throws IOException if the file does not tell
   */
  public static long lines(SafetensorsFile state) throws IOException {
    try {
      return Long.parseLong(state.metadata().getOrDefault(LINES, ""));
    } catch (NumberFormatException e) {
      throw new IOException(
          state.path() + " is not the checkpoint of a run: " + LINES + " is missing", e);
    }
  }
}
