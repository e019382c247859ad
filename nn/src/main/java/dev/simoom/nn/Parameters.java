package dev.simoom.nn;

import dev.simoom.tensor.Variable;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Collects a module's parameters under their paths.
 *
 * <pre>{@code
 * public SequencedMap<String, Variable> parameters() {
 *   return Parameters.collect().modules("blocks", blocks).variable("scale", scale).toMap();
 * }
 * }</pre>
 */
public final class Parameters {
  private final SequencedMap<String, Variable> byPath = new LinkedHashMap<>();
  private final Set<Variable> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private Parameters() {}

  /** Starts with none. */
  public static Parameters collect() {
    return new Parameters();
  }

  /**
   * Adds a parameter; does nothing where the same variable is there under another path already.
   *
   * @throws IllegalArgumentException if another variable has the path
   */
  public Parameters variable(String path, Variable variable) {
    if (byPath.containsKey(path)) {
      throw new IllegalArgumentException("two parameters have the path '" + path + "'");
    }
    if (seen.add(variable)) {
      byPath.put(path, variable);
    }
    return this;
  }

  /** Adds the parameters of a part under {@code path.}. */
  public Parameters module(String path, Module part) {
    for (Map.Entry<String, Variable> entry : part.parameters().entrySet()) {
      variable(path + "." + entry.getKey(), entry.getValue());
    }
    return this;
  }

  /** Adds the parameters of parts under {@code path.0.}, {@code path.1.} and so on. */
  public Parameters modules(String path, List<? extends Module> parts) {
    for (int i = 0; i < parts.size(); i++) {
      module(path + "." + i, parts.get(i));
    }
    return this;
  }

  /** The parameters by path in the order they were added; not to be changed. */
  public SequencedMap<String, Variable> toMap() {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(byPath));
  }
}
