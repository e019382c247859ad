package dev.simoom.bench.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A worker in a process of its own, which ends when its standard input does. */
final class ProcessLink implements Link {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Process process;
  private final Path errors;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  private ProcessLink(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    this.requests = process.outputWriter();
    this.answers = process.inputReader();
  }

  /** Starts a process; what it says on standard error is kept for when it dies. */
  static ProcessLink start(List<String> command, Map<String, String> environment)
      throws IOException {
    Path errors = Files.createTempFile("simoom-bench", ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(environment);
    return new ProcessLink(builder.start(), errors);
  }

  @Override
  public JsonNode ask(JsonNode request) throws IOException {
    try {
      requests.write(MAPPER.writeValueAsString(request));
      requests.newLine();
      requests.flush();
      String answer = answers.readLine();
      if (answer != null) {
        return MAPPER.readTree(answer);
      }
    } catch (IOException e) {
      throw new IOException("a worker is gone: " + lastWords(), e);
    }
    throw new IOException("a worker is gone: " + lastWords());
  }

  private String lastWords() throws IOException {
    return Files.readAllLines(errors).stream()
        .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
        .reduce((first, second) -> second)
        .orElse("it said nothing");
  }

  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException e) {
      // It is gone already, and with it what was to be closed.
      process.destroy();
    }
    try {
      if (!process.waitFor(3, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Files.deleteIfExists(errors);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      errors.toFile().deleteOnExit();
    }
  }
}
