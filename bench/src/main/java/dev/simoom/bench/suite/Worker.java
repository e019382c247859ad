package dev.simoom.bench.suite;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.List;

/** Speaks with a worker, ours or a peer. */
final class Worker implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TypeReference<List<Sample>> SAMPLES = new TypeReference<>() {};

  private final Link link;

  /** What a worker says of itself. */
  record Greeting(String name, String version, String details) {}

  /**
   * A work that is ready.
   *
   * @param samples of its results
   * @param first nanoseconds of its first run, or 0 where that was not told
   */
  record Ready(List<Sample> samples, long first) {}

  /** Times of one round, and bytes allocated in it. */
  record Round(long nanos, long allocated) {}

  Worker(Link link) {
    this.link = link;
  }

  Greeting hello(int threads) throws IOException {
    JsonNode answer = ask(request("hello").put("threads", threads));
    return new Greeting(
        answer.path("name").asText(),
        answer.path("version").asText(),
        answer.path("details").asText());
  }

  /** Prepares a work in one of its variants. */
  Ready prepare(String key, Work work, String variant) throws IOException {
    ObjectNode request = request("prepare").put("key", key).put("name", work.name());
    request.set("spec", MAPPER.valueToTree(work.spec()));
    request.put("variant", variant).put("runs", work.checkRuns());
    JsonNode answer = ask(request);
    List<Sample> samples = MAPPER.convertValue(answer.path("samples"), SAMPLES);
    return new Ready(samples, answer.path("first").asLong());
  }

  Round round(String key, int calls) throws IOException {
    JsonNode answer = ask(request("round").put("key", key).put("calls", calls));
    return new Round(answer.path("nanos").asLong(), answer.path("allocated").asLong());
  }

  void release(String key) throws IOException {
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
