package dev.simoom.bench.suite;

import dev.simoom.bench.work.Work;
import java.util.List;
import java.util.function.Function;

/**
 * A worker that works are compared with.
 *
 * @param worker speaks with it
 * @param variants in which it may do a work
 */
record Opponent(Worker worker, Function<Work, List<String>> variants) implements AutoCloseable {
  @Override
  public void close() {
    worker.close();
  }
}
