package dev.simoom.tensor.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.tensor.graph.MemoryPlan.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pieces needed at one time never share memory, and the arena is not larger than it must be. */
class MemoryPlanTest {
  private static List<Piece> pieces(Random random) {
    List<Piece> pieces = new ArrayList<>();
    int count = 1 + random.nextInt(60);
    for (int i = 0; i < count; i++) {
      int from = random.nextInt(40);
      Piece piece = new Piece(random.nextInt(5) == 0 ? 0 : random.nextInt(5000), from);
      piece.neededAt(from + random.nextInt(random.nextInt(4) == 0 ? 40 : 6));
      pieces.add(piece);
    }
    return pieces;
  }

  @Test
  void piecesAliveAtOneTimeDoNotOverlap() {
    for (int seed = 0; seed < 500; seed++) {
      List<Piece> pieces = pieces(new Random(seed));
      long arena = MemoryPlan.place(pieces);
      for (Piece a : pieces) {
        assertThat(a.offset % 64).isZero();
        assertThat(a.offset + a.bytes).isLessThanOrEqualTo(arena);
        for (Piece b : pieces) {
          boolean together = a != b && a.from <= b.to && b.from <= a.to;
          boolean overlap = a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
          assertThat(together && overlap && a.bytes > 0 && b.bytes > 0)
              .as("seed %d", seed)
              .isFalse();
        }
      }
    }
  }

  @Test
  void theArenaIsNotMuchLargerThanWhatIsAliveAtOnce() {
    double worst = 0;
    for (int seed = 0; seed < 500; seed++) {
      List<Piece> pieces = pieces(new Random(seed));
      long arena = MemoryPlan.place(pieces);
      long most = 0;
      for (int step = 0; step < 80; step++) {
        long alive = 0;
        for (Piece piece : pieces) {
          alive += piece.from <= step && step <= piece.to ? piece.bytes : 0;
        }
        most = Math.max(most, alive);
      }
      assertThat(arena).isGreaterThanOrEqualTo(most);
      worst = Math.max(worst, most == 0 ? 1 : (double) arena / most);
    }
    assertThat(worst).isLessThan(1.6);
  }

  @Test
  void aChainNeedsRoomForTwo() {
    List<Piece> chain = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Piece piece = new Piece(1000, i);
      piece.neededAt(i + 1);
      chain.add(piece);
    }
    assertThat(MemoryPlan.place(chain)).isEqualTo(2 * 1024);
  }
}
