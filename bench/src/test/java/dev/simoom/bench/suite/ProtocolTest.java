package dev.simoom.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simoom.bench.work.DeviceWorks;
import dev.simoom.bench.work.Work;
import dev.simoom.bench.work.Works;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The Java worker in this process, behind the protocol. */
final class ProtocolTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Work WORK = Works.named("matmul 64");

  private final List<String> asked = new ArrayList<>();

  /** Hands each request to a worker as text, and back. */
  private final class HereLink implements Link {
    private final BenchWorker worker = new BenchWorker();

    @Override
    public JsonNode ask(JsonNode request) throws IOException {
      asked.add(request.path("command").asText());
      JsonNode read = MAPPER.readTree(MAPPER.writeValueAsString(request));
      return MAPPER.readTree(MAPPER.writeValueAsString(worker.answer(read)));
    }

    @Override
    public void close() {}
  }

  @Test
  void preparesRunsAndReleases() throws IOException {
    try (Worker worker = new Worker(new HereLink())) {
      assertThat(worker.hello(Place.processor(1)).name()).isEqualTo("Simoom");
      Worker.Ready ready = worker.prepare("a", WORK, "any");
      assertThat(ready.first()).isPositive();
      assertThat(ready.samples()).hasSize(1);
      Sample sample = ready.samples().getFirst();
      assertThat(sample.count()).isEqualTo(64 * 64);
      assertThat(sample.elements()).hasSize(Sample.ELEMENTS).doesNotContain(0.0);
      assertThat(worker.round("a", 3).nanos()).isPositive();
      worker.release("a");
      assertThatThrownBy(() -> worker.round("a", 1))
          .isInstanceOf(WorkerException.class)
          .hasMessageContaining("nothing was prepared");
    }
  }

  @Test
  void aContestComparesResultsBeforeItTimes() throws IOException {
    Effort effort = new Effort(1, 3, 1, 1, 5);
    try (Worker ours = new Worker(new HereLink());
        Worker same = new Worker(new HereLink());
        Worker other = new Worker(new Distorted())) {
      ours.hello(Place.processor(1));
      ForkResult result =
          new Contest(effort, ours, List.of(new Opponent(same, Work::peers)), 1).measure(WORK);
      assertThat(result.ours()).hasSize(3).allMatch(t -> t > 0);
      assertThat(result.peers()).containsOnlyKeys(Work.EAGER);
      assertThat(result.remarks()).isEmpty();

      ForkResult distorted =
          new Contest(effort, ours, List.of(new Opponent(other, Work::peers)), 1).measure(WORK);
      assertThat(distorted.peers()).isEmpty();
      assertThat(distorted.remarks().get(Work.EAGER)).contains("other results", "element");
    }
  }

  /** A worker with another idea of the product. */
  private final class Distorted implements Link {
    private final Link right = new HereLink();

    @Override
    public JsonNode ask(JsonNode request) throws IOException {
      String answer = MAPPER.writeValueAsString(right.ask(request));
      return MAPPER.readTree(answer.replaceFirst("\"elements\":\\[[^,]*", "\"elements\":[77.0"));
    }

    @Override
    public void close() {}
  }

  @Test
  void samplesDifferByCountElementOrMean() {
    Sample sample = new Sample(2, List.of(1.0, 2.0), 1.5, 1.5);
    List<Sample> ours = List.of(sample);
    assertThat(Sample.difference(ours, List.of(sample), 1e-6)).isEmpty();
    assertThat(Sample.difference(ours, List.of(), 1e-6)).contains("0 results, ours 1");
    assertThat(Sample.difference(ours, of(3, 1, 2, 1.5), 1e-6)).contains("3 elements, ours 2");
    assertThat(Sample.difference(ours, of(2, 1, 2.1, 1.5), 1e-6)).contains("element 1 is 2.1");
    assertThat(Sample.difference(ours, of(2, 1, 2.1, 1.5), 0.1)).isEmpty();
    assertThat(Sample.difference(ours, of(2, 1, Double.NaN, 1.5), 0.1)).contains("NaN");
    assertThat(Sample.difference(ours, of(2, 1, 2, 1.6), 1e-6)).contains("the mean is 1.6");
  }

  private static List<Sample> of(long count, double first, double second, double mean) {
    return List.of(new Sample(count, List.of(first, second), mean, 1.5));
  }

  @Test
  void placesAreToldInRequests() {
    for (Place place : List.of(Place.processor(3), Place.device(2))) {
      assertThat(Place.of(place.tell(MAPPER.createObjectNode()))).isEqualTo(place);
    }
    assertThat(Place.processor(1)).hasToString("1 thread");
    assertThat(Place.device(2)).hasToString("device 2");
  }

  @Test
  void onADeviceTheFasterCopyLimitsWorksOfMemoryAlone() {
    Ceilings ceilings = new Ceilings();
    Row copy = Examples.row(DeviceWorks.COPY, 1e6);
    ceilings.add(copy);
    double theirs = copy.peers().get(Work.EAGER).nanos();
    assertThat(theirs).isGreaterThan(1e6);
    double rate = ceilings.rate(DeviceWorks.COPY, 2);
    Work chain = Works.named("chain axpy 64 M");
    Ceilings.Bound bound = ceilings.boundOf(chain, 2);
    assertThat(bound.name()).isEqualTo(DeviceWorks.COPY);
    assertThat(bound.nanos()).isCloseTo(1e9 * chain.bytes() / rate, within(1.0));
    assertThat(ceilings.boundOf(WORK, 2).name()).isEmpty();
  }

  @Test
  void aWorkThatFailsLeavesTheWorkerToOthers() throws IOException {
    try (Worker worker = new Worker(new HereLink())) {
      worker.hello(Place.processor(1));
      Work renamed =
          new Work(
              WORK.family(),
              "no such work",
              WORK.spec(),
              1,
              1,
              true,
              List.of(),
              1,
              1,
              WORK.maker());
      Contest contest = new Contest(new Effort(1, 1, 1, 1, 5), worker, List.of(), 1);
      assertThatThrownBy(() -> contest.measure(renamed))
          .isInstanceOf(WorkerException.class)
          .hasMessageContaining("there is no work 'no such work'");
      assertThat(contest.measure(WORK).brief()).matches("[0-9.]+ [mun]?s");
    }
  }

  @Test
  void ratesMakeCeilings() {
    Ceilings ceilings = new Ceilings();
    Row peak = Examples.row("FMA peak", 1e3);
    ceilings.add(peak);
    Ceilings.Bound bound = ceilings.boundOf(WORK, 2);
    assertThat(bound.name()).isEqualTo("FMA peak");
    double best = peak.forks().getFirst().getFirst();
    assertThat(bound.nanos()).isCloseTo(best * WORK.flops() / peak.flops(), within(1e-6));
    assertThat(ceilings.boundOf(WORK, 1).name()).isEmpty();
    assertThat(ceilings.rate("FMA peak", 2)).isCloseTo(1e9 * peak.flops() / best, within(1.0));
  }
}
