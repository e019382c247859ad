package dev.simoom.models.game;

/** What a player can ask of the character for one frame. */
public enum Action {
  /** Nothing is asked. */
  STAY(0, false),
  /** A walk to the left. */
  LEFT(-1, false),
  /** A walk to the right. */
  RIGHT(1, false),
  /** A jump on the spot. */
  JUMP(0, true),
  /** A jump while walking to the left. */
  JUMP_LEFT(-1, true),
  /** A jump while walking to the right. */
  JUMP_RIGHT(1, true);

  /** -1 for left, 1 for right, 0 for neither. */
  final int direction;

  /** Whether the jump button is down. */
  final boolean jumps;

  Action(int direction, boolean jumps) {
    this.direction = direction;
    this.jumps = jumps;
  }

  /** The action with this direction and button. */
  static Action of(int direction, boolean jumps) {
    return switch (direction) {
      case -1 -> jumps ? JUMP_LEFT : LEFT;
      case 1 -> jumps ? JUMP_RIGHT : RIGHT;
      default -> jumps ? JUMP : STAY;
    };
  }
}
