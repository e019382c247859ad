package dev.simoom.models.play;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever a server is sent, it stays up and keeps nothing. */
class RandomRequestsTest {
  private static final int REQUESTS = 1_000;

  private final FakeWorld world = new FakeWorld();

  @Test
  void aThousandRequestsLeaveNothingBehind() throws Exception {
    Set<Thread> before = threads();
    RandomRequests requests = new RandomRequests(7);
    int answered = 0;
    try (PlayServer server = PlayDemo.start(world, 0);
        Client client = Client.of(server)) {
      for (int i = 0; i < REQUESTS; i++) {
        answered += requests.next(client) ? 1 : 0;
        assertThat(world.alive.get()).isLessThanOrEqualTo(Games.LIMIT);
      }
      assertThat(client.start(0).get("length").asInt()).isEqualTo(1);
    }
    assertThat(answered).as("requests that were granted").isBetween(REQUESTS / 5, REQUESTS * 4 / 5);
    assertThat(world.alive).hasValue(0);
    Set<Thread> left = threads();
    left.removeAll(before);
    assertThat(left).extracting(Thread::getName).noneMatch(name -> name.matches("play.*|HTTP-D.*"));
  }

  private static Set<Thread> threads() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }
}
