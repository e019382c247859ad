package dev.simoom.models.genie;

import dev.simoom.models.run.CounterRandom;
import dev.simoom.models.video.Video;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * How well a world draws what follows, and how much its actions matter (arXiv 2402.15391, section
 * 3.1, and the baseline of repeating the last frame).
 *
 * @param tokenAccuracy share of the next frame's codes that are right, after frames of a real video
 *     and its latent action
 * @param copyTokenAccuracy the same of the last frame's codes
 * @param psnr of the next frame, in decibels
 * @param changedPsnr of its pixels that differ from the frame before
 * @param copyPsnr of the last frame as the next
 * @param copyChangedPsnr the same of the pixels that differ
 * @param deltaPsnr how much better the fourth frame (the last, in shorter clips) is with the
 *     video's actions than with random ones
 * @param followed share of the steps of rollouts of 16 frames with random actions in which the
 *     model of actions finds the action that was taken in the frames that were drawn
 * @param kept share of these rollouts in which something that was looked for is still there at the
 *     end, or NaN where nothing is looked for
 */
public record DynamicsMetrics(
    double tokenAccuracy,
    double copyTokenAccuracy,
    double psnr,
    double changedPsnr,
    double copyPsnr,
    double copyChangedPsnr,
    double deltaPsnr,
    double followed,
    double kept) {
  private static final int DELTA = 4;
  private static final int ROLLOUT = 16;
  private static final int BATCH = 8;

  /**
   * Measures clips of held-out episodes.
   *
   * @param coded clips of the episodes with the latent actions that were found in them
   * @param actions the model that found them
   * @param clips number of clips that are measured at most
   * @param isThere what is looked for in a frame, bytes from an offset on, or null
   */
  public static DynamicsMetrics of(
      Genie genie,
      List<Video> episodes,
      CodedClips coded,
      LatentActionModel actions,
      Sampling sampling,
      int clips,
      long seed,
      @Nullable BiPredicate<byte[], Integer> isThere) {
    Measurement measurement = new Measurement(genie, episodes, coded, actions, sampling, seed);
    int count = Math.min(clips, coded.codes().size());
    for (int from = 0; from < count; from += BATCH) {
      List<Integer> some = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + BATCH); i++) {
        some.add((int) ((long) i * coded.codes().size() / count));
      }
      measurement.next(some);
      measurement.delta(some);
      measurement.rollout(some);
    }
    return measurement.result(isThere);
  }

  /** Sums over clips. */
  private static final class Measurement {
    private final Genie genie;
    private final List<Video> episodes;
    private final CodedClips coded;
    private final LatentActionModel actions;
    private final Sampling sampling;
    private final long seed;
    private final PixelError next = new PixelError();
    private final PixelError copy = new PixelError();
    private final PixelError inferred = new PixelError();
    private final PixelError random = new PixelError();
    private long right;
    private long same;
    private long tokens;

    /** Rollouts of 17 frames, the true one that they start from first, and the actions between. */
    private final List<Video> rollouts = new ArrayList<>();

    private final List<int[]> taken = new ArrayList<>();

    Measurement(
        Genie genie,
        List<Video> episodes,
        CodedClips coded,
        LatentActionModel actions,
        Sampling sampling,
        long seed) {
      this.genie = genie;
      this.episodes = episodes;
      this.coded = coded;
      this.actions = actions;
      this.sampling = sampling;
      this.seed = seed;
    }

    private byte[] truth(int clip, int frame) {
      Clips.Place place = coded.clips().get(clip);
      return episodes.get(place.episode()).frame(place.start() + frame);
    }

    private Dream dream(List<Integer> clips, int frames) {
      List<Dream.Start> starts = clips.stream().map(clip -> coded.start(clip, frames)).toList();
      return new Dream(genie, starts, sampling, seed);
    }

    /** The last frame of each clip after all others. */
    void next(List<Integer> clips) {
      int last = coded.frames() - 1;
      Dream dream = dream(clips, last);
      dream.step(clips.stream().mapToInt(clip -> coded.actions().get(clip)[last - 1]).toArray());
      for (int b = 0; b < clips.size(); b++) {
        int clip = clips.get(b);
        byte[] now = truth(clip, last);
        byte[] before = truth(clip, last - 1);
        next.add(dream.frame(b), now, before);
        copy.add(before, now, before);
        int[] drawn = dream.lastCodes(b);
        int[] codes = coded.codes().get(clip);
        for (int p = 0; p < drawn.length; p++) {
          int code = codes[last * drawn.length + p];
          right += drawn[p] == code ? 1 : 0;
          same += codes[(last - 1) * drawn.length + p] == code ? 1 : 0;
          tokens++;
        }
      }
    }

    /** The fourth frame after one, with the video's actions and with random ones. */
    void delta(List<Integer> clips) {
      Dream right = dream(clips, 1);
      Dream wrong = dream(clips, 1);
      int later = Math.min(DELTA, coded.frames() - 1);
      for (int t = 0; t < later; t++) {
        int step = t;
        right.step(clips.stream().mapToInt(clip -> coded.actions().get(clip)[step]).toArray());
        wrong.step(clips.stream().mapToInt(clip -> randomAction(clip, step)).toArray());
      }
      for (int b = 0; b < clips.size(); b++) {
        byte[] truth = truth(clips.get(b), later);
        inferred.add(right.frame(b), truth, null);
        random.add(wrong.frame(b), truth, null);
      }
    }

    void rollout(List<Integer> clips) {
      Dream dream = dream(clips, 1);
      FrameShape frame = genie.frame();
      byte[][] drawn = new byte[clips.size()][(ROLLOUT + 1) * frame.bytes()];
      int[][] moves = new int[clips.size()][ROLLOUT];
      for (int t = 0; t <= ROLLOUT; t++) {
        int step = t - 1;
        if (t > 0) {
          dream.step(clips.stream().mapToInt(clip -> randomAction(clip, step)).toArray());
        }
        for (int b = 0; b < clips.size(); b++) {
          System.arraycopy(dream.frame(b), 0, drawn[b], t * frame.bytes(), frame.bytes());
          if (t > 0) {
            moves[b][step] = randomAction(clips.get(b), step);
          }
        }
      }
      for (int b = 0; b < clips.size(); b++) {
        rollouts.add(new Video(ROLLOUT + 1, frame.height(), frame.width(), drawn[b]));
        taken.add(moves[b]);
      }
    }

    /** Looks for the actions in as many whole clips as a rollout has, which share a frame each. */
    private double followed() {
      int frames = Math.min(coded.frames(), ROLLOUT + 1);
      Clips clips = new Clips(rollouts, frames);
      long found = 0;
      long all = 0;
      try (Program act = Program.of(actions::actions)) {
        for (Clips.Place place : clips.inOrder(frames - 1)) {
          try (Scope _ = Scope.open()) {
            Tensor patches = CodedClips.patches(clips, List.of(place), actions.frame());
            int[] seen = act.run(patches).toIntArray();
            for (int t = 0; t < seen.length; t++) {
              found += seen[t] == taken.get(place.episode())[place.start() + t] ? 1 : 0;
              all++;
            }
          }
        }
      }
      return (double) found / all;
    }

    private double kept(@Nullable BiPredicate<byte[], Integer> isThere) {
      if (isThere == null) {
        return Double.NaN;
      }
      long there = rollouts.stream().filter(r -> isThere.test(r.frame(ROLLOUT), 0)).count();
      return (double) there / rollouts.size();
    }

    private int randomAction(int clip, int step) {
      return (int) CounterRandom.below(genie.actionCount(), seed, clip * 100L + step);
    }

    DynamicsMetrics result(@Nullable BiPredicate<byte[], Integer> isThere) {
      return new DynamicsMetrics(
          (double) right / tokens,
          (double) same / tokens,
          next.psnr(),
          next.changedPsnr(),
          copy.psnr(),
          copy.changedPsnr(),
          inferred.psnr() - random.psnr(),
          followed(),
          kept(isThere));
    }
  }
}
