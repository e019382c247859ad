package dev.simoom.bench.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.bench.study.Recorded.Launches;
import dev.simoom.bench.suite.Effort;
import dev.simoom.bench.suite.Surroundings;
import dev.simoom.bench.suite.Worker;
import dev.simoom.bench.work.Prepared;
import dev.simoom.bench.work.Work;
import dev.simoom.bench.work.Works;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What studies make of measurements. */
final class FindingsTest {
  private static final Work WORK = Works.named("matmul 64");
  private static final Effort EFFORT = new Effort(1, 1, 1, 1, 1);

  @Test
  void barsAreMetUpToTheirLimit() {
    assertThat(Bar.atMost("a", 1.2, 1.2, "").met()).isTrue();
    assertThat(Bar.atMost("a", 1.21, 1.2, "").met()).isFalse();
    assertThat(Bar.atMost("a", Double.NaN, 1.2, "").met()).isFalse();
    assertThat(Bar.atLeast("a", 0.8, 0.8, "").met()).isTrue();
    assertThat(Bar.atLeast("a", 0.79, 0.8, "").met()).isFalse();
    assertThat(Bar.atLeast("a", Double.NaN, 0.8, "").met()).isFalse();
    assertThat(Bar.atMost("start", 90, 150, "ms"))
        .hasToString("met    start: 90.0 ms (bar: at most 150 ms)");
    assertThat(Bar.atLeast("speed", 0.5, 0.8, "").toString()).startsWith("MISSED speed: 0.50");
  }

  @Test
  void textHasTablesBarsNotesAndConditions() {
    Findings findings = new Findings();
    List<List<String>> cells = List.of(List.of("size", "time"), List.of("64", "1 %d us"));
    findings.add("Title 5 %", cells, List.of(Bar.atMost("x", 2, 1, "")), "a note of 3 %");
    assertThat(findings.text(Surroundings.conditions(EFFORT, "none", 0.5)).lines())
        .startsWith("Title 5 %", "", "size     time", "64    1 %d us")
        .contains("MISSED x: 2.00 (bar: at most 1.00)", "a note of 3 %")
        .anyMatch(line -> line.contains("load 0.50 before"));
  }

  @Test
  void spreadAndGrowth() {
    assertThat(Growth.spread(List.of(2.0, 1.0, 3.0))).isEqualTo(3);
    assertThat(Growth.growth(List.of(2.0, 1.0, 4.0), List.of(3.0, 3.0, 4.0))).isEqualTo(1.5);
  }

  /** In the second round the machine ran at half its speed. */
  @Test
  void sizesAreComparedWithinARound() {
    List<Double> amounts = List.of(1.0, 10.0);
    List<Double> small = List.of(3.0, 6.0, 3.0);
    List<Double> large = List.of(20.0, 40.0, 20.0);
    assertThat(Growth.spread(List.of(small, large), amounts)).isCloseTo(1.5, within(1e-9));
    List<Double> same = List.of(10.0, 10.0, 10.0);
    assertThat(Growth.spread(List.of(same, same), List.of(1.0, 1.0))).isEqualTo(1);
  }

  @Test
  void warmUpIsWhatGoesBeyondSteadySteps() {
    Start.Warming warming = Start.Warming.of(List.of(50.0, 14.0, 12.0, 10.0, 10.0, 10.0), 3);
    assertThat(warming.steady()).isEqualTo(10);
    assertThat(warming.excess(6)).isEqualTo(46);
  }

  @Test
  void theSecondProgramIsTheWarmOne() {
    List<Worker.Ready> cold = List.of(ready(1000e6), ready(100e6), ready(10e6));
    List<Worker.Ready> slow = List.of(ready(2000e6), ready(200e6), ready(10e6));
    Start.Warming warming = Start.Warming.of(List.of(4.0, 1.0, 1.0, 1.0), 3);
    List<Start.Fork> forks = new ArrayList<>();
    forks.add(new Start.Fork(cold, warming));
    forks.add(new Start.Fork(slow, warming));
    forks.add(new Start.Fork(slow, warming));
    List<Bar> bars = new Start(WORK, 1, 4, 3).findings(forks).bars();
    assertThat(bars.get(0).value()).isCloseTo(2003, within(0.1));
    assertThat(bars.get(1).value()).isCloseTo(203, within(0.1));
    assertThat(bars).noneMatch(Bar::met);
  }

  private static Worker.Ready ready(double tracing) {
    return new Worker.Ready(List.of(), 7, (long) tracing, 1_000_000, 2_000_000, 0, 0);
  }

  @Test
  void theSlowestJvmCounts() {
    List<Fresh.Fork> forks = new ArrayList<>();
    for (double nanos : new double[] {100, 100, 90, 130}) {
      forks.add(new Fresh.Fork(nanos, nanos > 120 ? 0.45 : 0.5, 0));
    }
    Findings findings = Fresh.findings(Map.of(WORK, forks), 2);
    List<Bar> bars = findings.bars();
    assertThat(bars.get(0).value()).isCloseTo(100.0 / 130, within(1e-9));
    assertThat(bars.get(0).met()).isFalse();
    assertThat(bars.get(1).value()).isCloseTo(0.9, within(1e-9));
    assertThat(findings.text(Surroundings.conditions(EFFORT, "none", 0)))
        .contains("speeds over the median in order: 1.00 1.00 1.11 0.77")
        .contains("shares over the median in order: 1.00 1.00 1.00 0.90");
  }

  @Test
  void aStepIsComparedWithTheSumsOfItsKernels() {
    Map<String, Launches> kernels = new TreeMap<>();
    kernels.put("loop 8", new Launches(3, 2e6, 3e6, 1e3, 4e6));
    kernels.put("matmul 8", new Launches(1, 6e6, 7e6, 12e6, 1e3));
    Map<String, List<Double>> alone = new TreeMap<>();
    alone.put("loop 8", List.of(1e6));
    alone.put("matmul 8", List.of(7e6));
    Recorded recorded = new Recorded(11e6, kernels);
    Step.Rounds rounds = new Step.Rounds(List.of(10e6), List.of(recorded), alone);
    assertThat(rounds.kinds()).containsExactly("matmul 8", "loop 8");
    Findings findings = new Step(WORK, 2, EFFORT, _ -> {}).findings(rounds, false);
    assertThat(findings.bars()).extracting(Bar::value).containsExactly(1.25, 1.25);
    assertThat(findings.text(Surroundings.conditions(EFFORT, "none", 0)))
        .contains("between kernels: 20.0 %")
        .containsPattern("matmul 8 +1 +6\\.00 ms +54\\.5 % +2\\.00 GFLOP/s +7\\.00 ms")
        .containsPattern("loop 8 +3 +2\\.00 ms +18\\.2 % +2\\.00 GB/s +1\\.00 ms")
        .containsPattern("hand-off and waiting within launches +2\\.00 ms")
        .containsPattern("between launches: task setup, recording +1\\.00 ms");
  }

  @Test
  void aRecordingHasEachLaunchOfEachRun() throws IOException {
    try (Prepared prepared = Works.named("SAE step 64 latents").prepare()) {
      Recorded recorded = Recorded.of(prepared::run, 3);
      Launches all = recorded.together();
      assertThat(all.count()).isEqualTo(prepared.kernels().size());
      assertThat(all.operations())
          .isEqualTo(prepared.kernels().stream().mapToDouble(k -> k.flops()).sum());
      assertThat(all.own()).isPositive().isLessThanOrEqualTo(all.whole());
      assertThat(all.whole()).isLessThanOrEqualTo(recorded.nanos());
      prepared.kernels().forEach(k -> assertThat(recorded.kernels()).containsKey(k.name()));
    }
  }
}
