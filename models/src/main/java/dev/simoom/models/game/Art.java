package dev.simoom.models.game;

import java.util.List;

/** The pictures of the level, its creatures and the character, who looks to the right. */
final class Art {
  static final Sprite GRASS =
      Sprite.of(
          """
          gggggggg
          GGGGGGGG
          GGGGGGGG
          dGGdGGGd
          EddEddEd
          EEEEEEEE
          EEeEEEEE
          EEEEEEeE
          """);

  static final Sprite EARTH =
      Sprite.of(
          """
          EEEEEEEE
          EeeEEEEE
          EEEEEEEE
          EEEEEeeE
          EEEEEEEE
          EEeEEEEE
          EEEEEEEE
          EEEEEEeE
          """);

  static final Sprite PLATFORM =
      Sprite.of(
          """
          PPPPPPPP
          PPPPPPPp
          pPPPpPPp
          pppppppp
          n..nn..n
          """);

  static final Sprite WATER =
      Sprite.of(
          """
          ........
          cc..cc..
          BBccBBcc
          BBBBBBBB
          BBBBBBBB
          BBBBBBBB
          bbbbbbbb
          bbbbbbbb
          """);

  static final Sprite FLOWER =
      Sprite.of(
          """
          ........
          ........
          ..W.....
          .WYW....
          ..W..W..
          ..d.WYW.
          .dd..W..
          ..d..d..
          """);

  static final Sprite BUSH =
      Sprite.of(
          """
          ........
          ........
          ...gg...
          .ggGGg..
          .gGGGGG.
          gGGGdGGG
          GGdGGGGG
          dGGGGGdd
          """);

  /** A coin as it turns. */
  static final List<Sprite> COIN =
      List.of(
          Sprite.of(
              """
              ........
              ..YYYY..
              .YYWWYy.
              .YWYYYy.
              .YWYYYy.
              .YYYYYy.
              ..yyyy..
              """),
          Sprite.of(
              """
              ........
              ...YY...
              ..YWYy..
              ..YWYy..
              ..YWYy..
              ..YYYy..
              ...yy...
              """),
          Sprite.of(
              """
              ........
              ...YY...
              ...YY...
              ...Yy...
              ...Yy...
              ...Yy...
              ...yy...
              """));

  /** A slime on its way, and crouched. */
  static final List<Sprite> SLIME =
      List.of(
          Sprite.of(
              """
              ........
              ..UVVV..
              .UVVVVV.
              .VVWkWk.
              .VVWkWk.
              VVVVVVVV
              VVVVVVVV
              vvvvvvvv
              """),
          Sprite.of(
              """
              ........
              ........
              ........
              ..UVVVV.
              .VVWkWkV
              VVVWkWkV
              VVVVVVVV
              vvvvvvvv
              """));

  /** A bird with its wings up, and down. */
  static final List<Sprite> BIRD =
      List.of(
          Sprite.of(
              """
              ........
              .NN.....
              ..NN....
              ..NNNNN.
              NNNNNWkY
              .NNNNNN.
              ........
              ........
              """),
          Sprite.of(
              """
              ........
              ........
              ........
              ...NNNN.
              NNNNNWkY
              .NNNNNN.
              ..NN....
              .NN.....
              """));

  static final Sprite STANDING =
      Sprite.of(
          """
          ..RRRR..
          .RRRRRR.
          .RRSSSS.
          RRRSkSk.
          .RRSSSS.
          .RRRRR..
          RRRRRRR.
          RRRRRRR.
          rRRRRRr.
          ..kk.kk.
          """);

  static final Sprite RUNNING =
      Sprite.of(
          """
          ..RRRR..
          .RRRRRR.
          .RRSSSS.
          RRRSkSk.
          RRRSSSS.
          RRRRRRR.
          RRRRRRRR
          rRRRRRr.
          .kk..kk.
          kk....k.
          """);

  static final Sprite RISING =
      Sprite.of(
          """
          ..RRRR..
          .RRRRRR.
          .RRSSSS.
          RRRSkSk.
          .RRSSSS.
          .RRRRRRR
          RRRRRRR.
          RRRRRrr.
          rrkk.kk.
          rkk.....
          """);

  static final Sprite FALLING =
      Sprite.of(
          """
          R.RRRR..
          RRRRRRR.
          RRRSSSS.
          .RRSkSk.
          .RRSSSS.
          RRRRRRRR
          .RRRRRR.
          .rRRRRr.
          .kk..kk.
          .k...k..
          """);

  /** The character in the air with its cloak spread. */
  static final Sprite GLIDING =
      Sprite.of(
          """
          R.RRRR.R
          RRRRRRRR
          RRRSSSSR
          RRRSkSkR
          .RRSSSSR
          ..RRRRR.
          ..RRRRR.
          ..rRRRr.
          ...kkk..
          ....k...
          """);

  private Art() {}
}
