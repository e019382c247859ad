package dev.simoom.kernels.simd;

import dev.simoom.kernels.Buffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of threads that share out the chunks of a task; the calling thread is one of them.
 *
 * <p>Hand-off is an epoch counter that idle threads watch for about a millisecond before they park:
 * kernels are short and come in long rows, so that waking a parked thread for each would cost more
 * than the work; only a thread that does sleep is woken, for that is a system call. Which thread
 * takes which chunk is left to chance; results do not depend on it.
 */
final class Workers {
  /** About 20 microseconds, after which whoever waits lets others have the processor. */
  private static final int SPINS = 1_000;

  /** About a millisecond more on an idle machine, after which a thread without work sleeps. */
  private static final int YIELDS = 2_000;

  private final Thread[] helpers;
  private final AtomicInteger nextChunk = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private Buffer[] scratch;

  private final AtomicIntegerArray parked;
  private volatile int epoch;
  private volatile @Nullable Throwable failure;
  private @Nullable Task task;
  private int phase;
  private int chunks;

  /** Nanoseconds in chunks of the current phase by thread, noted where {@link #timed} is set. */
  private final long[] busy;

  private boolean timed;

  Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + ", at least 1 is needed");
    }
    scratch = new Buffer[threads];
    helpers = new Thread[threads - 1];
    parked = new AtomicIntegerArray(helpers.length);
    busy = new long[threads];
    for (int i = 0; i < helpers.length; i++) {
      int index = i + 1;
      helpers[i] =
          Thread.ofPlatform().daemon().name("simoom-" + index).unstarted(() -> help(index));
    }
    reserveScratch(4096);
    for (Thread helper : helpers) {
      helper.start();
    }
  }

  /** Threads that take part, the calling one included. */
  int threads() {
    return helpers.length + 1;
  }

  /** Makes sure that every thread has this much memory of its own. */
  synchronized void reserveScratch(long bytes) {
    for (int i = 0; i < scratch.length; i++) {
      if (scratch[i] == null || scratch[i].bytes() < bytes) {
        Buffer larger = Buffer.allocate("scratch of thread " + i, bytes);
        if (scratch[i] != null) {
          scratch[i].close();
        }
        scratch[i] = larger;
      }
    }
  }

  /** Runs a bound task to its end. */
  synchronized void run(Task work) {
    int phases = work.phases();
    for (int p = 0; p < phases; p++) {
      int count = work.chunks(p);
      if (count <= 1 || helpers.length == 0) {
        long own = scratch[0].address();
        for (int c = 0; c < count; c++) {
          work.run(p, c, own);
        }
      } else {
        share(work, p, count);
      }
    }
  }

  /**
   * Runs a bound task to its end and gives the nanoseconds that it would have taken had threads
   * neither been handed work nor waited: of each phase the time in chunks, divided by the threads
   * that could share them.
   */
  synchronized long runTimed(Task work) {
    timed = true;
    try {
      long nanos = 0;
      for (int p = 0; p < work.phases(); p++) {
        int count = work.chunks(p);
        if (count > 1 && helpers.length > 0) {
          Arrays.fill(busy, 0);
          share(work, p, count);
          nanos += Arrays.stream(busy).sum() / Math.min(count, busy.length);
        } else {
          long start = System.nanoTime();
          long own = scratch[0].address();
          for (int c = 0; c < count; c++) {
            work.run(p, c, own);
          }
          nanos += System.nanoTime() - start;
        }
      }
      return nanos;
    } finally {
      timed = false;
    }
  }

  private void share(Task work, int workPhase, int count) {
    task = work;
    phase = workPhase;
    chunks = count;
    nextChunk.set(0);
    running.set(helpers.length);
    epoch++;
    for (int i = 0; i < helpers.length; i++) {
      if (parked.get(i) != 0) {
        LockSupport.unpark(helpers[i]);
      }
    }
    take(0);
    for (int spins = 0; running.get() > 0; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    task = null;
    Throwable thrown = failure;
    if (thrown != null) {
      failure = null;
      throw thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
    }
  }

  private void help(int index) {
    int seen = 0;
    while (true) {
      for (int waits = 0; epoch == seen; waits++) {
        if (waits < SPINS) {
          Thread.onSpinWait();
        } else if (waits < SPINS + YIELDS) {
          Thread.yield();
        } else {
          sleep(index, seen);
        }
      }
      seen++;
      take(index);
      running.getAndDecrement();
    }
  }

  private void sleep(int index, int seen) {
    parked.set(index - 1, 1);
    if (epoch == seen) {
      LockSupport.park(this);
    }
    parked.set(index - 1, 0);
  }

  private void take(int thread) {
    if (timed) {
      long start = System.nanoTime();
      take(scratch[thread].address());
      busy[thread] = System.nanoTime() - start;
    } else {
      take(scratch[thread].address());
    }
  }

  private void take(long ownScratch) {
    Task work = task;
    int workPhase = phase;
    int count = chunks;
    try {
      for (int c = nextChunk.getAndIncrement(); c < count; c = nextChunk.getAndIncrement()) {
        work.run(workPhase, c, ownScratch);
      }
    } catch (RuntimeException | Error e) {
      nextChunk.set(count);
      failure = e;
    }
  }
}
