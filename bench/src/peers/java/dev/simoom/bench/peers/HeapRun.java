package dev.simoom.bench.peers;

import dev.simoom.bench.suite.JvmPeer;

/**
 * A work whose result lies in an array.
 *
 * @param work writes it
 * @param array where it lies
 */
record HeapRun(Runnable work, float[] array) implements JvmPeer.Run {
  @Override
  public void run() {
    work.run();
  }

  @Override
  public float[] results() {
    work.run();
    return array;
  }
}
