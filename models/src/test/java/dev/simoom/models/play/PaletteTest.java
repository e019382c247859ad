package dev.simoom.models.play;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaletteTest {
  private static final int SQUARE = 0xd64834;
  private static final int GRASS = 0x60a43e;

  @Test
  void itHasWhatTheWorldIsMadeOf() {
    assertThat(Palette.of(new FakeWorld(1, 0)))
        .contains(SQUARE, GRASS, 0xffffff)
        .hasSizeBetween(5, 12);
    assertThat(Palette.of(new FakeWorld(30, 0)))
        .contains(SQUARE)
        .hasSize(12)
        .doesNotHaveDuplicates();
  }

  @Test
  void theSkyIsThePaper() {
    int paper = Palette.of(new FakeWorld(20, 0)).getFirst();
    assertThat(paper & 0xff).as("blue of %06x", paper).isGreaterThan(paper >> 8 & 0xff);
  }

  @Test
  void aWorldWithoutFramesHasNoColours() {
    assertThat(Palette.of(new FakeWorld(0, 0))).isEmpty();
  }
}
