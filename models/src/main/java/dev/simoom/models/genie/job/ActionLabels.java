package dev.simoom.models.genie.job;

import dev.simoom.models.game.Action;
import dev.simoom.models.genie.Agreement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Names for latent actions, by what was seen to happen with them. */
final class ActionLabels {
  /** A mean shift of less than this many pixels is none. */
  private static final double STILL = 0.5;

  private ActionLabels() {}

  /** By the true actions that each stands for most often. */
  static List<String> byTruth(Agreement truth) {
    List<String> labels = new ArrayList<>();
    for (int action = 0; action < truth.counts().length; action++) {
      boolean seen = Arrays.stream(truth.counts()[action]).sum() > 0;
      labels.add(seen ? name(Action.values()[truth.mostFrequent(action)]) : "unused");
    }
    return labels;
  }

  private static String name(Action action) {
    return switch (action) {
      case STAY -> "stands still";
      case LEFT -> "runs left";
      case RIGHT -> "runs right";
      case JUMP -> "jumps";
      case JUMP_LEFT -> "jumps left";
      case JUMP_RIGHT -> "jumps right";
    };
  }

  /**
   * By the mean motion of what is seen.
   *
   * @param right pixels to the right, for each action
   * @param down pixels down
   */
  static List<String> byMotion(double[] right, double[] down) {
    List<String> labels = new ArrayList<>();
    for (int action = 0; action < right.length; action++) {
      double x = Math.abs(right[action]);
      double y = Math.abs(down[action]);
      if (Double.isNaN(x)) {
        labels.add("unused");
      } else if (Math.max(x, y) < STILL) {
        labels.add("view stays");
      } else if (x >= y) {
        labels.add(right[action] > 0 ? "view shifts right" : "view shifts left");
      } else {
        labels.add(down[action] > 0 ? "view shifts down" : "view shifts up");
      }
    }
    return labels;
  }
}
