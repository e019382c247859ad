package dev.simoom.models.genie;

import dev.simoom.models.run.CounterRandom;
import dev.simoom.models.video.Video;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All runs of consecutive frames of one length in a set of episodes; none crosses an end. */
public final class Clips {
  private final List<Video> episodes;
  private final int frames;

  /** Clips before each episode, and the number of all. */
  private final long[] before;

  /**
   * The clips of some episodes.
   *
   * @param frames of a clip
   * @throws IllegalArgumentException if no episode is as long
   */
  public Clips(List<Video> episodes, int frames) {
    this.episodes = List.copyOf(episodes);
    this.frames = frames;
    before = new long[episodes.size() + 1];
    for (int i = 0; i < episodes.size(); i++) {
      before[i + 1] = before[i] + Math.max(0, episodes.get(i).frames() - frames + 1);
    }
    if (count() == 0) {
      throw new IllegalArgumentException(
          "no episode has the %d frames of a clip".formatted(frames));
    }
  }

  /**
   * Where a clip is.
   *
   * @param episode its number
   * @param start its first frame there
   */
  public record Place(int episode, int start) {}

  /** Number of clips. */
  public long count() {
    return before[episodes.size()];
  }

  /** Frames of a clip. */
  public int frames() {
    return frames;
  }

  /** A clip by its number. */
  public Place place(long clip) {
    int found = Arrays.binarySearch(before, clip);
    int episode = found < 0 ? -found - 2 : found;
    while (before[episode + 1] == clip) {
      episode++;
    }
    return new Place(episode, Math.toIntExact(clip - before[episode]));
  }

  /** Clips drawn for a step of training, a pure function of seed and step. */
  public List<Place> draw(int batch, long seed, long step) {
    List<Place> places = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      places.add(place(CounterRandom.below(count(), seed, step * batch + i)));
    }
    return places;
  }

  /** Clips that follow each other, from the start of each episode on, {@code stride} apart. */
  public List<Place> inOrder(int stride) {
    List<Place> places = new ArrayList<>();
    for (int e = 0; e < episodes.size(); e++) {
      for (int start = 0; start + frames <= episodes.get(e).frames(); start += stride) {
        places.add(new Place(e, start));
      }
    }
    return places;
  }

  /** Cuts clips into patches [clips][frames][places][features]. */
  public void patches(List<Place> places, FrameShape shape, float[] patches) {
    int at = 0;
    for (Place place : places) {
      Video episode = episodes.get(place.episode);
      for (int t = 0; t < frames; t++) {
        shape.toPatches(episode.rgb(), (place.start + t) * shape.bytes(), patches, at);
        at += shape.elements();
      }
    }
  }
}
