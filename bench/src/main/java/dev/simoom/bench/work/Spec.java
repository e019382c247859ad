package dev.simoom.bench.work;

import java.util.LinkedHashMap;
import java.util.Map;

/** Specs of works. */
final class Spec {
  private Spec() {}

  /** An op, and its sizes as names and values in turn. */
  static Map<String, Object> of(String op, Object... namesAndValues) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("op", op);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      spec.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return spec;
  }
}
