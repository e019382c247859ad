package dev.simoom.models.play;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that computes: games take turns, and a world need not be safe for more threads.
 */
final class WorldThread {
  private static final int WAITING = 64;
  private static final int BUSY = 503;

  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("play-world").factory());

  /**
   * Runs work on the thread and waits for it.
   *
   * @throws Refusal if the work refuses, or too much waits for the thread already
   */
  <T> T call(Callable<T> work) throws Refusal, InterruptedException {
    if (executor.getQueue().size() >= WAITING) {
      throw new Refusal(BUSY, "The world is busy with the requests of others; try again");
    }
    Future<T> result = executor.submit(work);
    try {
      return result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Refusal refusal) {
        throw refusal;
      }
      throw new IllegalStateException("The world failed: " + e.getCause(), e.getCause());
    }
  }

  /** Forgets what waits, lets the work in progress finish, then runs a last one. */
  void end(Runnable last) {
    executor.getQueue().clear();
    executor.execute(last);
    executor.close();
  }
}
