package dev.simoom.models.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A named group of settings.
 *
 * @param name heading of the group
 * @param entries settings by name, shown in the order of the given map
 */
public record ConfigurationSection(String name, Map<String, String> entries) {

  /** Copies the entries in their order. */
  public ConfigurationSection {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }
}
