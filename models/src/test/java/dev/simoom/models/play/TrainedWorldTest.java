package dev.simoom.models.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.simoom.kernels.LiveBuffers;
import dev.simoom.models.genie.job.TinyWorld;
import dev.simoom.models.genie.job.TrainedWorld;
import dev.simoom.models.video.Video;
import dev.simoom.models.video.VideoReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A world that was really learned, played through its page and attacked. */
class TrainedWorldTest {
  private static final int WARM = 400;
  private static final int REQUESTS = 1_000;
  private static final long HEAP_SLACK = 8L << 20;
  private static final int LOOKS = 6;

  /** Browsers leave files open for a moment. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  @BeforeAll
  static void train() throws IOException {
    TinyWorld.train(folder.resolve("run"));
  }

  @Test
  void aPersonPlaysDrawsDropsAPictureAndSaves() throws Exception {
    Optional<Path> program = Chromium.find();
    assumeTrue(program.isPresent(), "no Chromium on PATH");
    try (TrainedWorld world = TrainedWorld.load(folder.resolve("run"));
        PlayServer server = world.serve(PlayServer.LOOPBACK, 0);
        Chromium browser = Chromium.start(program.get(), folder, 390, 800)) {
      browser.open(server.address());
      browser.await(PageTest.NUMBER + " === 1");
      String start = browser.evaluate(PageTest.PICTURE).asText();
      for (int frame = 2; frame <= 7; frame++) {
        String key = String.valueOf(1 + frame % TinyWorld.ACTIONS);
        browser.key(true, key, "Digit" + key);
        browser.key(false, key, "Digit" + key);
        browser.await(PageTest.NUMBER + " === " + frame);
      }
      assertThat(browser.evaluate(PageTest.PICTURE).asText()).isNotEqualTo(start);
      browser.key(true, "u", "KeyU");
      browser.await(PageTest.NUMBER + " === 6");
      assertThat(saved(browser).frames()).isEqualTo(6);
      PageTest.draw(browser);
      PageTest.drop(browser);
      browser.key(true, "2", "Digit2");
      browser.await(PageTest.NUMBER + " === 2");
    }
  }

  private static Video saved(Chromium browser) throws Exception {
    browser.evaluate("document.getElementById('save').click()");
    browser.await("document.querySelector('.toast')");
    Path saved = folder.resolve("simoom-game.gif");
    for (int i = 0; i < 200 && !Files.exists(saved); i++) {
      Thread.sleep(20);
    }
    List<Video> episodes = VideoReader.read(saved, 12, 16, 100, note -> {});
    assertThat(episodes).hasSize(1);
    return episodes.getFirst();
  }

  @Test
  void aThousandRequestsLeaveNoMemoryBehind() throws Exception {
    RandomRequests requests = new RandomRequests(8);
    try (TrainedWorld world = TrainedWorld.load(folder.resolve("run"));
        PlayServer server = world.serve(PlayServer.LOOPBACK, 0);
        Client client = Client.of(server)) {
      // Programs are made for each number of frames that is remembered, once.
      for (int i = 0; i < WARM; i++) {
        requests.next(client);
      }
      long bytes = LiveBuffers.bytes();
      long heap = heap();
      for (int i = 0; i < REQUESTS; i++) {
        requests.next(client);
      }
      assertThat(LiveBuffers.bytes()).isLessThanOrEqualTo(bytes);
      assertThat(heap()).isLessThan(heap + HEAP_SLACK);
      assertThat(client.start(0).get("length").asInt()).isEqualTo(1);
    }
  }

  /** The least of some looks: what other threads are about to drop is no leak. */
  private static long heap() throws InterruptedException {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < LOOKS; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
      Thread.sleep(100);
    }
    return least;
  }
}
