package dev.simoom.bench.suite;

import com.fasterxml.jackson.databind.JsonNode;

/** Another library for the JVM, listed for {@link java.util.ServiceLoader}; see {@code -Ppeers}. */
public interface JvmPeer {
  /** A work that is ready to be run again and again. */
  interface Run {
    /** Does the work once. */
    void run();

    /** What it computes, in row-major order. */
    float[] results();
  }

  /** Its name. */
  String name();

  /**
   * Prepares a work.
   *
   * @param spec what to do
   * @param threads to do it on
   * @throws UnsupportedOperationException if this library has no such work
   */
  Run prepare(JsonNode spec, int threads);
}
