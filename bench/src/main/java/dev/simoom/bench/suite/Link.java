package dev.simoom.bench.suite;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** A way to a worker. */
interface Link extends AutoCloseable {
  /**
   * Sends a request and waits for the answer.
   *
   * @throws IOException if the worker is gone
   */
  JsonNode ask(JsonNode request) throws IOException;

  @Override
  void close();
}
