package dev.simoom.models.game;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LevelTest {
  @Test
  void aJumpLeadsFromAnyPieceToAnyOther() {
    for (int piece = 0; piece < Pieces.count(); piece++) {
      assertThat(heightAt(piece, 0)).as("piece %d", piece).isBetween(1, 3);
      assertThat(heightAt(piece, Pieces.COLUMNS - 1)).as("piece %d", piece).isBetween(1, 3);
    }
  }

  @Test
  void slimesHaveRoomAndColumnsHaveOneCoin() {
    int slimes = 0;
    for (int piece = 0; piece < Pieces.count(); piece++) {
      for (int column = 0; column < Pieces.COLUMNS; column++) {
        int coins = 0;
        for (int row = 0; row < Pieces.ROWS; row++) {
          Tile tile = Pieces.tile(piece, column, row);
          coins += tile == Tile.COIN ? 1 : 0;
          if (tile == Tile.SLIME) {
            slimes++;
            for (int near = column - 1; near <= column + 1; near++) {
              assertThat(heightAt(piece, near)).as("piece %d", piece).isEqualTo(5 - row);
            }
          }
        }
        assertThat(coins).as("coins in column %d of piece %d", column, piece).isLessThan(2);
      }
    }
    assertThat(slimes).isGreaterThan(4);
  }

  @Test
  void seedsGiveDifferentLevelsOfAllPieces() {
    Set<String> levels = new HashSet<>();
    Set<Tile> tiles = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      Level level = new Level(seed);
      StringBuilder text = new StringBuilder();
      for (int column = -64; column < 64; column++) {
        for (int row = 0; row < Pieces.ROWS; row++) {
          Tile tile = level.tile(column, row);
          assertThat(new Level(seed).tile(column, row)).isEqualTo(tile);
          tiles.add(tile);
          text.append(tile.ordinal());
        }
      }
      levels.add(text.toString());
    }
    assertThat(levels).hasSize(20);
    assertThat(tiles).containsExactlyInAnyOrder(Tile.values());
  }

  @Test
  void aSafePlaceIsNeverFar() {
    for (int seed = 0; seed < 20; seed++) {
      Level level = new Level(seed);
      for (int column = -200; column < 200; column++) {
        boolean safe = false;
        for (int near = column - 3; near <= column + 3; near++) {
          safe |= level.safe(near);
        }
        assertThat(safe).as("column %d of level %d", column, seed).isTrue();
      }
    }
  }

  @Test
  void noSlimeComesToASafePlace() {
    Level level = new Level(3);
    int slimes = 0;
    for (int column = 0; column < 800; column++) {
      int row = level.row(column, Tile.SLIME);
      if (row < 0) {
        continue;
      }
      slimes++;
      for (int time = 0; time < 16; time++) {
        int x = Creatures.slime(level, column, row, time).x();
        for (int at = x - 7; at < x + 15; at++) {
          assertThat(level.safe(Level.column(at))).as("slime %d at x %d", column, at).isFalse();
        }
      }
    }
    assertThat(slimes).isGreaterThan(10);
  }

  @Test
  void floorsAreWhatOneCanStandOn() {
    Level level = new Level(1);
    for (int column = 0; column < 200; column++) {
      int platform = level.row(column, Tile.PLATFORM);
      int ground = level.ground(column);
      assertThat(level.floor(column, 0)).isEqualTo(platform < 0 ? ground : platform * 8);
      if (platform >= 0) {
        assertThat(level.floor(column, platform * 8 + 1)).isEqualTo(ground);
      }
    }
  }

  @Test
  void slimesCrouchBeforeTheyHopAndCreaturesDoNotJerk() {
    Level level = new Level(1);
    for (int time = 0; time < 64; time++) {
      Creatures.Creature slime = Creatures.slime(level, 3, 4, time);
      Creatures.Creature next = Creatures.slime(level, 3, 4, time + 1);
      assertThat(slime.x()).isBetween(24, 32);
      assertThat(slime.y()).isBetween(26, 32);
      assertThat(Math.abs(next.x() - slime.x())).isLessThanOrEqualTo(2);
      if (slime.y() == 32 && next.y() < 32) {
        assertThat(slime.pose()).isEqualTo(1);
      }
      int bird = Creatures.bird(level, 3, 1, time).x();
      assertThat(bird).isBetween(24, 56);
      assertThat(Math.abs(Creatures.bird(level, 3, 1, time + 1).x() - bird)).isEqualTo(2);
    }
  }

  /** Cells from the lower edge to the ground's surface. */
  private static int heightAt(int piece, int column) {
    int row = 0;
    while (row < Pieces.ROWS && Pieces.tile(piece, column, row) != Tile.GROUND) {
      row++;
    }
    return Pieces.ROWS - row;
  }
}
