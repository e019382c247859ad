package dev.simoom.models.game;

/** What a player can ask of the character for one frame. */
public enum Action {
  STAY(0, false),
  LEFT(-1, false),
  RIGHT(1, false),
  JUMP(0, true),
  JUMP_LEFT(-1, true),
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
