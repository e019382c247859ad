package dev.simoom.bench.suite;

/**
 * How much time is spent on each work in a fork.
 *
 * @param forks fresh JVMs for each work
 * @param rounds timed rounds of each side in a fork
 * @param roundMillis length of a round at the least
 * @param leastWarmMillis of running before times count
 * @param mostWarmMillis after which times count even if they have not settled
 */
public record Effort(
    int forks, int rounds, long roundMillis, long leastWarmMillis, long mostWarmMillis) {
  /** For a look. */
  static Effort brief() {
    return new Effort(1, 7, 30, 250, 12000);
  }

  /** For figures to be believed. */
  static Effort full() {
    return new Effort(3, 15, 60, 1000, 30000);
  }

  Effort withForks(int number) {
    return new Effort(number, rounds, roundMillis, leastWarmMillis, mostWarmMillis);
  }

  /** With less running before times count, for what runs code that is warm already. */
  public Effort warmedFor(long millis) {
    return new Effort(forks, rounds, roundMillis, Math.min(leastWarmMillis, millis), millis);
  }

  Effort withRounds(int number) {
    return new Effort(forks, number, roundMillis, leastWarmMillis, mostWarmMillis);
  }
}
