package dev.simoom.bench.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import dev.simoom.bench.work.Prepared;
import dev.simoom.bench.work.Work;
import dev.simoom.bench.work.Works;
import dev.simoom.kernels.Backend;
import dev.simoom.kernels.BackendProvider;
import dev.simoom.kernels.Backends;
import dev.simoom.kernels.DeviceInfo;
import dev.simoom.kernels.LiveBuffers;
import dev.simoom.tensor.Engine;
import dev.simoom.tensor.Program;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs works on request, one JSON object on a line for each request and each answer.
 *
 * <pre>
 * {"command": "hello", "threads": 2}          {"ok": true, "name": ..., "version": ...,
 *                                              "details": ...}
 * {"command": "prepare", "key": "a", "name": ..., "spec": {...}, "variant": ..., "runs": 1}
 *                                             {"ok": true, "samples": [...], "first": ...,
 *                                              "tracing": ..., "fusing": ..., "generating": ...,
 *                                              "arena": ..., "peak": ...}
 * {"command": "round", "key": "a", "calls": 8}
 *                                             {"ok": true, "nanos": ..., "allocated": ...}
 * {"command": "series", "key": "a", "calls": 8}
 *                                             {"ok": true, "nanos": [...], "compiling": ...}
 * {"command": "release", "key": "a"}          {"ok": true}
 * </pre>
 *
 * <p>A request that fails is answered by {@code {"ok": false, "error": ...}}, with {@code
 * "unsupported": true} if there is no such work. Peers speak the same, but for the series and what
 * is told of a program. With {@code "device": N} in its hello a worker works on a device.
 */
public final class BenchWorker {
  private static final String DEVICES = "tornado";

  private final Map<String, Prepared> prepared = new HashMap<>();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * Answers standard input until it ends.
   *
   * @throws IOException if standard input or output fails
   */
  public static void main(String[] args) throws IOException {
    Answers.serve(new BenchWorker()::answer);
  }

  /** Carries out one request. */
  JsonNode answer(JsonNode request) {
    try {
      return switch (request.path("command").asText()) {
        case "hello" -> hello(Place.of(request));
        case "prepare" -> prepare(request);
        case "round" -> round(prepared(request), request.path("calls").asInt());
        case "series" -> series(prepared(request), request.path("calls").asInt());
        case "release" -> release(request.path("key").asText());
        default -> Answers.failed("there is no command " + request.path("command"));
      };
    } catch (RuntimeException | OutOfMemoryError e) {
      e.printStackTrace();
      return Answers.failed(e.toString());
    }
  }

  private static ObjectNode hello(Place place) {
    ObjectNode answer =
        Answers.done().put("name", "Simoom").put("version", Runtime.version().toString());
    if (place.device().isEmpty()) {
      Engine.use(Backend.simd(place.threads()));
      return answer;
    }
    int number = place.device().getAsInt();
    BackendProvider provider = Backends.provider(DEVICES);
    Engine.use(provider.open(number));
    DeviceInfo info = provider.devices().get(number);
    return answer.put(
        "details", "device %d: %s (%s)".formatted(number, info.name(), info.driver()));
  }

  private ObjectNode prepare(JsonNode request) {
    String key = request.path("key").asText();
    Work work = Works.named(request.path("name").asText());
    LiveBuffers.restartPeak();
    Prepared made = work.prepare();
    prepared.put(key, made);
    long start = System.nanoTime();
    made.run();
    long first = System.nanoTime() - start;
    for (int i = 1; i < request.path("runs").asInt(1); i++) {
      made.run();
    }
    long peak = LiveBuffers.peak();
    List<Sample> samples = made.results().stream().map(Sample::of).toList();
    ObjectNode answer = Answers.done().put("first", first).put("peak", peak);
    made.program().ifPresent(program -> describe(program, answer));
    answer.set("samples", Answers.MAPPER.valueToTree(samples));
    return answer;
  }

  private static void describe(Program program, ObjectNode answer) {
    Program.Preparation preparation = program.preparations().getFirst();
    answer
        .put("tracing", preparation.tracing())
        .put("fusing", preparation.fusing())
        .put("generating", preparation.generating())
        .put("arena", program.arenaBytes());
  }

  private Prepared prepared(JsonNode request) {
    Prepared found = prepared.get(request.path("key").asText());
    if (found == null) {
      throw new IllegalArgumentException("nothing was prepared as " + request.path("key"));
    }
    return found;
  }

  private ObjectNode round(Prepared work, int calls) {
    long allocated = threads.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      work.run();
    }
    long nanos = System.nanoTime() - start;
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
    return Answers.done().put("nanos", nanos).put("allocated", allocated);
  }

  private static ObjectNode series(Prepared work, int calls) {
    CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
    long[] nanos = new long[calls];
    long compiling = compilers.getTotalCompilationTime();
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      work.run();
      nanos[i] = System.nanoTime() - start;
    }
    compiling = compilers.getTotalCompilationTime() - compiling;
    ObjectNode answer = Answers.done().put("compiling", compiling);
    answer.set("nanos", Answers.MAPPER.valueToTree(nanos));
    return answer;
  }

  private ObjectNode release(String key) {
    Prepared work = prepared.remove(key);
    if (work != null) {
      work.close();
    }
    return Answers.done();
  }
}
