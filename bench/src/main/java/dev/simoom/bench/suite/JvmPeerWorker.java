package dev.simoom.bench.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** Runs works by the {@link JvmPeer}s on its class path, which are the variants of a request. */
public final class JvmPeerWorker {
  private final Map<String, JvmPeer> peers = new LinkedHashMap<>();
  private final Map<String, JvmPeer.Run> prepared = new HashMap<>();
  private int threads = 1;

  private JvmPeerWorker() {
    ServiceLoader.load(JvmPeer.class).forEach(peer -> peers.put(peer.name(), peer));
  }

  /**
   * Answers standard input until it ends.
   *
   * @throws IOException if standard input or output fails
   */
  public static void main(String[] args) throws IOException {
    Answers.serve(new JvmPeerWorker()::answer);
  }

  private JsonNode answer(JsonNode request) {
    try {
      return switch (request.path("command").asText()) {
        case "hello" -> hello(request.path("threads").asInt());
        case "prepare" -> prepare(request);
        case "round" -> round(request);
        case "release" -> release(request);
        default -> Answers.failed("there is no command " + request.path("command"));
      };
    } catch (UnsupportedOperationException e) {
      return Answers.unsupported(String.valueOf(e.getMessage()));
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      return Answers.failed(e.toString());
    }
  }

  private ObjectNode hello(int number) {
    threads = number;
    String version = Runtime.version().toString();
    ObjectNode answer = Answers.done().put("name", "JVM peers").put("version", version);
    return answer.put("details", String.join(",", peers.keySet()));
  }

  private ObjectNode prepare(JsonNode request) {
    JvmPeer peer = peers.get(request.path("variant").asText());
    JvmPeer.Run run = peer.prepare(request.path("spec"), threads);
    prepared.put(request.path("key").asText(), run);
    List<Sample> samples = List.of(Sample.of(run.results()));
    ObjectNode answer = Answers.done();
    answer.set("samples", Answers.MAPPER.valueToTree(samples));
    return answer;
  }

  private ObjectNode round(JsonNode request) {
    JvmPeer.Run run = prepared.get(request.path("key").asText());
    int calls = request.path("calls").asInt();
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      run.run();
    }
    return Answers.done().put("nanos", System.nanoTime() - start).put("allocated", 0);
  }

  private ObjectNode release(JsonNode request) {
    prepared.remove(request.path("key").asText());
    return Answers.done();
  }
}
