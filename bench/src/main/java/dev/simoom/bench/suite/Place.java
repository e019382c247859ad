package dev.simoom.bench.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;

/**
 * Where works are done.
 *
 * @param threads of the processor; one drives a device
 * @param device number of a device that TornadoVM reaches, or empty for the processor alone
 */
record Place(int threads, OptionalInt device) {
  private static final String THREADS = "threads";
  private static final String DEVICE = "device";

  static Place processor(int threads) {
    return new Place(threads, OptionalInt.empty());
  }

  static Place device(int number) {
    return new Place(1, OptionalInt.of(number));
  }

  /** What a request said with {@link #tell}. */
  static Place of(JsonNode request) {
    return request.has(DEVICE)
        ? device(request.path(DEVICE).asInt())
        : processor(request.path(THREADS).asInt());
  }

  /** Adds it to a request. */
  ObjectNode tell(ObjectNode request) {
    request.put(THREADS, threads);
    device.ifPresent(number -> request.put(DEVICE, number));
    return request;
  }

  @Override
  public String toString() {
    return device.isPresent() ? "device " + device.getAsInt() : Format.threads(threads);
  }
}
