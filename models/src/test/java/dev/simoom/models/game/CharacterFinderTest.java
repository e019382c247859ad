package dev.simoom.models.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CharacterFinderTest {
  @Test
  void findsTheCharacterInEveryFrameAndNothingWithoutIt() {
    PlatformGame game = new PlatformGame(1);
    RandomPlayer player = new RandomPlayer(2);
    for (int t = 0; t < 1_500; t++) {
      int top = game.feet() - PlatformGame.BODY_HEIGHT;
      Box box = CharacterFinder.find(Play.frame(game), 0).orElseThrow();
      assertThat(box.left()).isBetween(24, 26);
      assertThat(box.left() + box.width()).isBetween(30, 32);
      assertThat(box.top()).isEqualTo(top);
      assertThat(box.height()).isBetween(8, 10);
      assertThat(CharacterFinder.find(Play.world(game), 0)).isEmpty();
      game.step(player.next(game));
    }
  }

  @Test
  void findsItInBlurredAndNoisyFrames() {
    PlatformGame game = new PlatformGame(3);
    RandomPlayer player = new RandomPlayer(4);
    SplittableRandom random = new SplittableRandom(5);
    for (int t = 0; t < 300; t++) {
      Box box = CharacterFinder.find(spoilt(Play.frame(game), random), 0).orElseThrow();
      assertThat(box.centreX()).isCloseTo(28, within(3.0));
      assertThat(box.centreY()).isCloseTo(game.feet() - 5, within(3.0));
      assertThat(CharacterFinder.find(spoilt(Play.world(game), random), 0)).isEmpty();
      game.step(player.next(game));
    }
  }

  @Test
  void aFewRedPixelsAreNoCharacter() {
    byte[] rgb = new byte[3 + PlatformGame.FRAME_BYTES];
    Canvas canvas = new Canvas(rgb, 3);
    for (int i = 0; i < 16; i++) {
      if (i == 13) {
        assertThat(CharacterFinder.find(rgb, 3)).isEmpty();
      }
      canvas.set(40 + i % 4, 20 + i / 4, Palette.CLOAK);
      canvas.set(4 * i, 2, Palette.CLOAK);
    }
    assertThat(CharacterFinder.find(rgb, 3)).contains(new Box(40, 20, 4, 4));
  }

  @Test
  void refusesHalfAFrame() {
    assertThatThrownBy(() -> CharacterFinder.find(new byte[PlatformGame.FRAME_BYTES], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** Each pixel is the mean of the 3 x 3 around it, and noise with a deviation of 15. */
  private static byte[] spoilt(byte[] rgb, SplittableRandom random) {
    int row = 3 * PlatformGame.WIDTH;
    byte[] result = rgb.clone();
    for (int i = row + 3; i < rgb.length - row - 3; i++) {
      int sum = 0;
      for (int y = -row; y <= row; y += row) {
        sum += (rgb[i + y - 3] & 0xFF) + (rgb[i + y] & 0xFF) + (rgb[i + y + 3] & 0xFF);
      }
      long noisy = Math.round(sum / 9.0 + 15 * random.nextGaussian());
      result[i] = (byte) Math.clamp(noisy, 0, 255);
    }
    return result;
  }
}
