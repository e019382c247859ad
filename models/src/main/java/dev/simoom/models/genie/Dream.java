package dev.simoom.models.genie;

import dev.simoom.models.run.CounterRandom;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Videos that a {@link Genie} draws frame by frame, several at once.
 *
 * <p>Each frame costs the work of one frame, as long as the world can remember more; then it
 * forgets the older half and reads the younger one again.
 */
public final class Dream {
  private final Genie genie;
  private final Sampling sampling;
  private final long seed;
  private final int batch;

  /** Codes of all frames so far, [batch * places] each, and the actions between, [batch] each. */
  private final List<int[]> codes = new ArrayList<>();

  private final List<int[]> actions = new ArrayList<>();
  private int remembered;
  private Genie.Memory memory;

  /**
   * The frames that a video begins with.
   *
   * @param codes [frames * places]
   * @param actions between them
   */
  public record Start(int[] codes, int[] actions) {}

  /**
   * Dreams from starts of the same length.
   *
   * @param seed of all draws
   */
  public Dream(Genie genie, List<Start> starts, Sampling sampling, long seed) {
    this.genie = genie;
    this.sampling = sampling;
    this.seed = seed;
    batch = starts.size();
    int places = genie.places();
    int count = starts.getFirst().codes.length / places;
    for (int t = 0; t < count; t++) {
      int[] frame = new int[batch * places];
      int[] taken = new int[batch];
      for (int b = 0; b < batch; b++) {
        System.arraycopy(starts.get(b).codes, t * places, frame, b * places, places);
        taken[b] = t == 0 ? 0 : starts.get(b).actions[t - 1];
      }
      codes.add(frame);
      if (t > 0) {
        actions.add(taken);
      }
    }
    memory = remember(count);
  }

  /** Number of frames, those of the start among them. */
  public int length() {
    return codes.size();
  }

  /**
   * Draws the next frame of each video.
   *
   * @param taken the action that leads to it, for each video
   * @return the first video's frame, [height * width * 3]
   */
  public byte[] step(int... taken) {
    checkActions(taken);
    if (remembered == genie.frames()) {
      memory = remember(Math.max(1, genie.frames() / 2));
    }
    int[] drawn = new int[batch * genie.places()];
    try (Scope _ = Scope.open()) {
      Tensor action = Tensor.ofInts(Shape.of(batch, 1), taken);
      List<Tensor> past = Pasts.tensorsOf(memory.dynamics());
      sample(drawn, action, past);
      memory = genie.accept(frame(drawn), action, past, memory);
    }
    remembered++;
    codes.add(drawn);
    actions.add(taken.clone());
    return frame(0);
  }

  private void checkActions(int... taken) {
    boolean known = Arrays.stream(taken).allMatch(a -> a >= 0 && a < genie.actionCount());
    if (taken.length != batch || !known) {
      throw new IllegalArgumentException(
          "Dream: %d actions from 0 to %d are needed; got %s"
              .formatted(batch, genie.actionCount() - 1, Arrays.toString(taken)));
    }
  }

  private void sample(int[] all, Tensor action, List<Tensor> past) {
    int places = genie.places();
    FrameSampler[] samplers = new FrameSampler[batch];
    for (int b = 0; b < batch; b++) {
      long own = CounterRandom.bits(seed, (long) codes.size() * batch + b);
      samplers[b] = new FrameSampler(sampling, places, genie.mask(), own);
    }
    while (true) {
      for (int b = 0; b < batch; b++) {
        System.arraycopy(samplers[b].tokens(), 0, all, b * places, places);
      }
      if (samplers[0].isDone()) {
        return;
      }
      float[] logits = genie.logits(frame(all), action, past);
      IntStream.range(0, batch)
          .parallel()
          .forEach(b -> samplers[b].refine(logits, b * places * genie.mask()));
    }
  }

  private Tensor frame(int... tokens) {
    return Tensor.ofInts(Shape.of(batch, 1, genie.places()), tokens);
  }

  /** The last frame of one of the videos, [height * width * 3]. */
  public byte[] frame(int video) {
    FrameShape shape = genie.frame();
    byte[] rgb = new byte[shape.bytes()];
    shape.toBytes(memory.patches(), video * shape.elements(), rgb, 0);
    return rgb;
  }

  /** The codes of the last frame of one of the videos. */
  int[] lastCodes(int video) {
    int places = genie.places();
    return Arrays.copyOfRange(codes.getLast(), video * places, (video + 1) * places);
  }

  /**
   * Takes back the last frames, down to a number of them.
   *
   * @throws IllegalArgumentException if there are not as many, or none would be left
   */
  public void truncate(int length) {
    if (length < 1 || length > codes.size()) {
      throw new IllegalArgumentException(
          "Dream: 1 to %d frames can be kept; got %d".formatted(codes.size(), length));
    }
    codes.subList(length, codes.size()).clear();
    actions.subList(length - 1, actions.size()).clear();
    memory = remember(Math.min(length, Math.max(1, genie.frames() / 2)));
  }

  /** Reads the last frames anew. */
  private Genie.Memory remember(int count) {
    int places = genie.places();
    int from = codes.size() - count;
    int[] frames = new int[batch * count * places];
    int[] between = new int[batch * (count - 1)];
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < count; t++) {
        int[] frame = codes.get(from + t);
        System.arraycopy(frame, b * places, frames, (b * count + t) * places, places);
        if (t > 0) {
          between[b * (count - 1) + t - 1] = actions.get(from + t - 1)[b];
        }
      }
    }
    remembered = count;
    try (Scope _ = Scope.open()) {
      return genie.remember(
          Tensor.ofInts(Shape.of(batch, count, places), frames),
          Tensor.ofInts(Shape.of(batch, count - 1L), between));
    }
  }
}
