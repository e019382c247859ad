package dev.simoom.models.genie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.models.video.Video;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ClipsTest {
  private static List<Video> episodes(int... lengths) {
    List<Video> videos = new ArrayList<>();
    for (int length : lengths) {
      videos.add(Tiny.videos(1, length).getFirst());
    }
    return videos;
  }

  @Test
  void everyClipIsInsideAnEpisode() {
    Clips clips = new Clips(episodes(6, 3, 4, 9), 4);
    assertThat(clips.count()).isEqualTo(3 + 0 + 1 + 6);
    Set<Clips.Place> places = new HashSet<>();
    for (long clip = 0; clip < clips.count(); clip++) {
      places.add(clips.place(clip));
    }
    assertThat(places)
        .hasSize(10)
        .contains(new Clips.Place(0, 2), new Clips.Place(2, 0), new Clips.Place(3, 5));
    assertThat(places).noneMatch(p -> p.episode() == 1);
    assertThat(clips.inOrder(4))
        .containsExactly(
            new Clips.Place(0, 0),
            new Clips.Place(2, 0),
            new Clips.Place(3, 0),
            new Clips.Place(3, 4));
  }

  @Test
  void drawsFollowFromSeedAndStep() {
    Clips clips = new Clips(episodes(20, 30), 4);
    assertThat(clips.draw(8, 1, 5))
        .isEqualTo(clips.draw(8, 1, 5))
        .isNotEqualTo(clips.draw(8, 1, 6));
    assertThat(clips.draw(8, 2, 5)).isNotEqualTo(clips.draw(8, 1, 5));
  }

  @Test
  void patchesAreThoseOfTheFrames() {
    List<Video> episodes = episodes(6, 7);
    Clips clips = new Clips(episodes, 3);
    float[] patches = new float[2 * 3 * Tiny.FRAME.elements()];
    clips.patches(List.of(new Clips.Place(1, 4), new Clips.Place(0, 1)), Tiny.FRAME, patches);
    float[] expected = new float[Tiny.FRAME.elements()];
    Tiny.FRAME.toPatches(episodes.get(0).rgb(), 3 * Tiny.FRAME.bytes(), expected, 0);
    for (int i = 0; i < expected.length; i++) {
      assertThat(patches[5 * expected.length + i]).isEqualTo(expected[i]);
    }
  }

  @Test
  void episodesThatAreTooShortAreRefused() {
    assertThatThrownBy(() -> new Clips(episodes(3, 2), 4)).hasMessageContaining("4 frames");
  }
}
