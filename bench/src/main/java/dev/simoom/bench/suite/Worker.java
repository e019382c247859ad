package dev.simoom.bench.suite;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.List;

/** Speaks with a worker, ours or a peer. */
public final class Worker implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TypeReference<List<Sample>> SAMPLES = new TypeReference<>() {};
  private static final TypeReference<List<Double>> NUMBERS = new TypeReference<>() {};

  /** The variant that is no peer. */
  static final String OURS = "simoom";

  private final Link link;

  /** What a worker says of itself. */
  record Greeting(String name, String version, String details) {}

  /**
   * A work that is ready.
   *
   * @param samples of its results
   * @param first nanoseconds of its first run, or 0 where that was not told
   * @param tracing nanoseconds of tracing its program; 0 where it is none, as the next three
   * @param fusing of fusing and planning it
   * @param generating of generating its kernels
   * @param arena bytes that were planned for its intermediates
   * @param peak most bytes of native memory that the worker had at a time meanwhile, the runs
   *     included
   */
  public record Ready(
      List<Sample> samples,
      long first,
      long tracing,
      long fusing,
      long generating,
      long arena,
      long peak) {}

  /**
   * Calls in a row.
   *
   * @param nanos of each
   * @param compiling milliseconds that the JVM's compilers worked meanwhile
   */
  public record Series(List<Double> nanos, long compiling) {
    /** Copies the list. */
    public Series {
      nanos = List.copyOf(nanos);
    }
  }

  /** Times of one round, and bytes allocated in it. */
  record Round(long nanos, long allocated) {}

  Worker(Link link) {
    this.link = link;
  }

  Greeting hello(Place place) throws IOException {
    JsonNode answer = ask(place.tell(request("hello")));
    return new Greeting(
        answer.path("name").asText(),
        answer.path("version").asText(),
        answer.path("details").asText());
  }

  /**
   * Prepares a work of ours.
   *
   * @throws IOException if the worker ended or says nothing that can be read
   */
  public Ready prepare(String key, Work work) throws IOException {
    return prepare(key, work, OURS);
  }

  /** Prepares a work in one of its variants. */
  Ready prepare(String key, Work work, String variant) throws IOException {
    ObjectNode request = request("prepare").put("key", key).put("name", work.name());
    request.set("spec", MAPPER.valueToTree(work.spec()));
    request.put("variant", variant).put("runs", work.checkRuns());
    JsonNode answer = ask(request);
    return new Ready(
        MAPPER.convertValue(answer.path("samples"), SAMPLES),
        answer.path("first").asLong(),
        answer.path("tracing").asLong(),
        answer.path("fusing").asLong(),
        answer.path("generating").asLong(),
        answer.path("arena").asLong(),
        answer.path("peak").asLong());
  }

  Round round(String key, int calls) throws IOException {
    JsonNode answer = ask(request("round").put("key", key).put("calls", calls));
    return new Round(answer.path("nanos").asLong(), answer.path("allocated").asLong());
  }

  /**
   * Times calls in a row one by one, which only workers of ours can.
   *
   * @throws IOException if the worker ended or says nothing that can be read
   */
  public Series series(String key, int calls) throws IOException {
    JsonNode answer = ask(request("series").put("key", key).put("calls", calls));
    List<Double> nanos = MAPPER.convertValue(answer.path("nanos"), NUMBERS);
    return new Series(nanos, answer.path("compiling").asLong());
  }

  /**
   * Frees a prepared work.
   *
   * @throws IOException if the worker ended or says nothing that can be read
   */
  public void release(String key) throws IOException {
    ask(request("release").put("key", key));
  }

  private static ObjectNode request(String command) {
    return MAPPER.createObjectNode().put("command", command);
  }

  private JsonNode ask(JsonNode request) throws IOException {
    JsonNode answer = link.ask(request);
    if (!answer.path("ok").asBoolean()) {
      throw new WorkerException(
          answer.path("error").asText("no reason given"), answer.path("unsupported").asBoolean());
    }
    return answer;
  }

  @Override
  public void close() {
    link.close();
  }
}
