package dev.simoom.models.run;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Ctrl-C, turned into a question that a job asks between steps, so that it can save its state
 * first.
 *
 * <p>While the job {@linkplain #hold holds} something that is not saved, the process waits for it,
 * a minute at most; at any other time it ends at once.
 */
public final class Interruption implements AutoCloseable {
  private static final long PATIENCE = Duration.ofMinutes(1).toNanos();

  private final Thread hook = Thread.ofPlatform().name("interruption").unstarted(this::waitForJob);
  private final BooleanSupplier condition;
  private final Runnable farewell;
  private int held;
  private boolean listening;
  private boolean saidFarewell;
  private volatile boolean requested;

  /** Something unsaved; closing it says that it is saved, or that nothing can be done about it. */
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  private Interruption(BooleanSupplier condition, Runnable farewell) {
    this.condition = condition;
    this.farewell = farewell;
  }

  /**
   * Listens to Ctrl-C from now on.
   *
   * @param farewell tells the user how to continue; runs once, at the latest when the process ends
   */
  public static Interruption listen(Runnable farewell) {
    Interruption interruption = new Interruption(() -> false, farewell);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    interruption.listening = true;
    return interruption;
  }

  /** Asks a job to stop once a condition holds, such as a deadline; does not hear Ctrl-C. */
  public static Interruption when(BooleanSupplier condition) {
    return new Interruption(condition, () -> {});
  }

  /** Whether the job is to stop. */
  public boolean isRequested() {
    if (!requested && condition.getAsBoolean()) {
      requested = true;
    }
    return requested;
  }

  /** Asks the job to stop, as Ctrl-C does. */
  public void request() {
    requested = true;
  }

  /** Keeps the process alive after Ctrl-C until what is held is closed. */
  public synchronized Hold hold() {
    held++;
    return this::release;
  }

  private synchronized void release() {
    held--;
    notifyAll();
  }

  /** Tells the user how to continue, unless that was said. */
  public synchronized void sayFarewell() {
    if (!saidFarewell) {
      saidFarewell = true;
      farewell.run();
    }
  }

  private synchronized void waitForJob() {
    requested = true;
    long end = System.nanoTime() + PATIENCE;
    try {
      for (long left = PATIENCE; held > 0 && left > 0; left = end - System.nanoTime()) {
        wait(Math.max(1, left / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sayFarewell();
  }

  /** Listens no longer. */
  @Override
  public void close() {
    if (!listening) {
      return;
    }
    listening = false;
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already: the hook runs, or has run.
      requested = true;
    }
  }
}
