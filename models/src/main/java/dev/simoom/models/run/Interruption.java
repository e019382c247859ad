package dev.simoom.models.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, turned into a question that a job asks between steps, so that it can save its state
 * first.
 *
 * <p>The process ends only when the job has closed this, or after a minute.
 */
public final class Interruption implements AutoCloseable {
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = Thread.ofPlatform().name("interruption").unstarted(this::waitForJob);
  private volatile boolean requested;

  private Interruption() {}

  /** Listens from now on. */
  public static Interruption listen() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Whether the user wants the job to stop. */
  public boolean isRequested() {
    return requested;
  }

  /** Asks the job to stop, as Ctrl-C does. */
  public void request() {
    requested = true;
  }

  private void waitForJob() {
    requested = true;
    try {
      boolean unused = finished.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the process end. */
  @Override
  public void close() {
    finished.countDown();
    if (!requested) {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
