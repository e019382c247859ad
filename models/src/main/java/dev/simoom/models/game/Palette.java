package dev.simoom.models.game;

/** The colours, 0xRRGGBB. */
final class Palette {
  /** No colour: what lies behind shows. */
  static final int CLEAR = -1;

  /** The cloak of the character; nothing else is red. */
  static final int CLOAK = 0xEC1C44;

  static final int SKY_HIGH = 0x74C9F2;
  static final int SKY = 0x97DAF5;
  static final int SKY_LOW = 0xC0EBF4;
  static final int CLOUD = 0xFFFFFF;
  static final int CLOUD_SHADE = 0xDDF1FB;
  static final int SNOW = 0xF2F7FF;
  static final int ROCK = 0x93A9DC;
  static final int ROCK_SHADE = 0x7990CB;
  static final int MEADOW = 0xC3E6A4;
  static final int HILL = 0x9FD58A;
  static final int HILL_EDGE = 0xB1DF98;
  static final int PINE = 0x5FA97C;

  private Palette() {}

  /** The colour of a letter in a {@link Sprite}. */
  static int colour(int letter) {
    return switch (letter) {
      case '.' -> CLEAR;
      case 'R' -> CLOAK;
      case 'r' -> 0xB20F3C;
      case 'S' -> 0xFFE0BD;
      case 'k' -> 0x2B2440;
      case 'n' -> 0x4A3B63;
      case 'g' -> 0x78D64B;
      case 'G' -> 0x4FB83A;
      case 'd' -> 0x2F8A34;
      case 'E' -> 0x9C7448;
      case 'e' -> 0x865F3A;
      case 'P' -> 0xDEAC68;
      case 'p' -> 0xB8854C;
      case 'Y' -> 0xFFD23F;
      case 'y' -> 0xE0AA28;
      case 'W' -> 0xFFFFFF;
      case 'V' -> 0x9A5BD6;
      case 'v' -> 0x7440AE;
      case 'U' -> 0xC59AF0;
      case 'B' -> 0x3E8FDD;
      case 'b' -> 0x2F6FC0;
      case 'c' -> 0xA6DCF7;
      case 'N' -> 0x2C4C8F;
      default ->
          throw new IllegalArgumentException("no colour has the letter '" + (char) letter + "'");
    };
  }
}
