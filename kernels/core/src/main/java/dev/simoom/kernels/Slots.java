package dev.simoom.kernels;

import java.util.Set;

/**
 * What is known of the slots of a launch list before it runs.
 *
 * @param scratch slots whose content nobody needs before or after a run
 * @param inputs slots that bring new content to most runs
 */
public record Slots(Set<Integer> scratch, Set<Integer> inputs) {
  /** Nothing is known. */
  public static final Slots UNKNOWN = new Slots(Set.of(), Set.of());

  /** Copies the sets. */
  public Slots {
    scratch = Set.copyOf(scratch);
    inputs = Set.copyOf(inputs);
  }
}
