package dev.simoom.models.genie;

import dev.simoom.models.run.CounterRandom;
import dev.simoom.models.video.Video;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Clips as codes and latent actions.
 *
 * @param places codes of a frame
 * @param frames of a clip
 * @param clips where each is
 * @param codes [clips][frames * places]
 * @param actions [clips][frames - 1]
 */
public record CodedClips(
    int places, int frames, List<Clips.Place> clips, List<int[]> codes, List<int[]> actions) {
  private static final int BATCH = 8;

  /**
   * Encodes clips of episodes.
   *
   * @param stride frames between the starts of clips that follow each other
   */
  public static CodedClips of(
      List<Video> episodes,
      int frames,
      int stride,
      VideoTokenizer tokenizer,
      LatentActionModel actionModel) {
    Clips clips = new Clips(episodes, frames);
    List<Clips.Place> all = clips.inOrder(stride);
    int places = tokenizer.frame().places();
    CodedClips coded = new CodedClips(places, frames, all, new ArrayList<>(), new ArrayList<>());
    try (Program encode = Program.of(tokenizer::encode);
        Program act = Program.of(actionModel::actions)) {
      for (int from = 0; from < all.size(); from += BATCH) {
        List<Clips.Place> some = all.subList(from, Math.min(all.size(), from + BATCH));
        try (Scope _ = Scope.open()) {
          Tensor codes = encode.run(patches(clips, some, tokenizer.frame()));
          split(codes.toIntArray(), some.size(), coded.codes);
          Tensor actions = act.run(patches(clips, some, actionModel.frame()));
          split(actions.toIntArray(), some.size(), coded.actions);
        }
      }
    }
    return coded;
  }

  /** Clips as a tensor [clips, frames, places, features]. */
  static Tensor patches(Clips clips, List<Clips.Place> some, FrameShape frame) {
    Shape shape = Shape.of(some.size(), clips.frames(), frame.places(), frame.features());
    float[] patches = new float[Math.toIntExact(shape.elements())];
    clips.patches(some, frame, patches);
    return Tensor.of(shape, patches);
  }

  private static void split(int[] all, int parts, List<int[]> into) {
    int length = all.length / parts;
    for (int i = 0; i < parts; i++) {
      int[] part = new int[length];
      System.arraycopy(all, i * length, part, 0, length);
      into.add(part);
    }
  }

  /** The numbers of the clips of a step of training, a pure function of seed and step. */
  int[] draw(int batch, long seed, long step) {
    int[] drawn = new int[batch];
    for (int i = 0; i < batch; i++) {
      drawn[i] = (int) CounterRandom.below(codes.size(), seed, step * batch + i);
    }
    return drawn;
  }

  /** The first frames of a clip, to dream on from. */
  public Dream.Start start(int clip, int first) {
    return new Dream.Start(
        Arrays.copyOf(codes.get(clip), first * places),
        Arrays.copyOf(actions.get(clip), first - 1));
  }

  /** Codes of clips, I32 [clips, frames, places]. */
  public Tensor codes(int... clips) {
    return tensor(codes, Shape.of(clips.length, frames, places), clips);
  }

  /** Actions of clips, I32 [clips, frames - 1]. */
  Tensor actions(int... clips) {
    return tensor(actions, Shape.of(clips.length, frames - 1L), clips);
  }

  private static Tensor tensor(List<int[]> of, Shape shape, int[] clips) {
    int[] all = new int[Math.toIntExact(shape.elements())];
    int length = all.length / clips.length;
    for (int i = 0; i < clips.length; i++) {
      System.arraycopy(of.get(clips[i]), 0, all, i * length, length);
    }
    return Tensor.ofInts(shape, all);
  }
}
