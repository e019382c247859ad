package dev.simoom.models.game;

import java.util.ArrayList;
import java.util.List;

/**
 * The pieces that levels are put together from, each as wide as a screen.
 *
 * <p>Ground is one to three cells high at the edges, so that a jump leads from any piece to any
 * other; a column has at most one coin; slimes have level ground on both sides. Every piece is
 * there a second time, mirrored.
 */
final class Pieces {
  static final int COLUMNS = 8;
  static final int ROWS = 6;

  private static final String ART =
      """
      ........ ........ ........ ........ ........ ........
      ........ ........ ...b.... ........ ........ ........
      ........ ...oo... ........ .ooo.... ...o.... ........
      ........ ........ ........ ........ ..*#.... ....##..
      .*....w. ........ .w..*... .....s.. ..###... *...##.w
      ######## ###~~### ######## ######## ######## ########

      ........ ........ ........ ........ .b...... ........
      ...oo... ......o. ...o.... ........ ........ ........
      ........ .....==. ........ ..o..o.. ........ ...o....
      ..====.. ..==.... ..===... ........ ...s..*. *..===..
      .......* w....... .......* ..s..*.. ######## ##....##
      ######## ######## #~~~~~## ######## ######## ##~~~~##

      ........ ........ ........ ........ ........ ........
      ........ .oo..... ........ ....b... ....o... ........
      ..ooo... .==..... ........ ........ ...===.. ..oo....
      ........ ....==.. w..oo..* .....*.. ........ .....*##
      *......w ......*. ###..### ..###### ..s..... ##..####
      ##~~~### ######## ###~~### ######## ######## ##~~####
      """;

  /** Tiles of each piece, [piece][row][column]. */
  private static final List<Tile[][]> ALL = parse();

  private Pieces() {}

  static int count() {
    return ALL.size();
  }

  static Tile tile(int piece, int column, int row) {
    return ALL.get(piece)[row][column];
  }

  private static List<Tile[][]> parse() {
    List<Tile[][]> pieces = new ArrayList<>();
    for (String band : ART.strip().split("\n\n")) {
      String[] rows = band.split("\n");
      for (int from = 0; from < rows[0].length(); from += COLUMNS + 1) {
        pieces.add(piece(rows, from, false));
        pieces.add(piece(rows, from, true));
      }
    }
    return pieces;
  }

  private static Tile[][] piece(String[] rows, int from, boolean mirrored) {
    Tile[][] tiles = new Tile[ROWS][COLUMNS];
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        int across = mirrored ? COLUMNS - 1 - column : column;
        tiles[row][column] = Tile.of(rows[row].charAt(from + across));
      }
    }
    return tiles;
  }
}
