package dev.simoom.models.genie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.Backend;
import dev.simoom.tensor.Engine;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DreamTest {
  private static final Sampling GREEDY =
      new Sampling(3, 0, MaskSchedule.COSINE, Sampling.Order.CONFIDENCE);
  private static final Sampling RANDOM =
      new Sampling(3, 1, MaskSchedule.COSINE, Sampling.Order.CONFIDENCE);

  private final VideoTokenizer tokenizer = Tiny.tokenizer(1);
  private final LatentActionModel actions = Tiny.actions(2);
  private final DynamicsModel dynamics = Tiny.dynamics(3, ActionInput.ADD);
  private final Genie genie = new Genie(tokenizer, actions.quantizer(), dynamics, Tiny.FRAMES);

  @AfterEach
  void close() {
    genie.close();
    tokenizer.close();
    actions.close();
    dynamics.close();
  }

  private static byte[] picture(long seed) {
    byte[] rgb = new byte[Tiny.FRAME.bytes()];
    new Random(seed).nextBytes(rgb);
    return rgb;
  }

  private Dream dream(Sampling sampling, long seed) {
    return new Dream(genie, List.of(genie.start(new byte[][] {picture(1)})), sampling, seed);
  }

  /** The frames of a dream by whole forward passes, without anything remembered. */
  private int[] drawnInFull(int[] start, int... taken) {
    int places = Tiny.FRAME.places();
    int[] all = Arrays.copyOf(start, places * (taken.length + 1));
    for (int t = 1; t <= taken.length; t++) {
      FrameSampler sampler = new FrameSampler(GREEDY, places, dynamics.mask(), 0);
      while (!sampler.isDone()) {
        System.arraycopy(sampler.tokens(), 0, all, t * places, places);
        Tensor tokens =
            Tensor.ofInts(Shape.of(1, t + 1, places), Arrays.copyOf(all, (t + 1) * places));
        Tensor moves =
            actions.quantizer().lookup(Tensor.ofInts(Shape.of(1, t), Arrays.copyOf(taken, t)));
        float[] logits = dynamics.logits(tokens, moves, false).select(1, t).toFloatArray();
        sampler.refine(logits, 0);
      }
      System.arraycopy(sampler.tokens(), 0, all, t * places, places);
    }
    return all;
  }

  @Test
  void rememberedFramesGiveWhatWholePassesGive() {
    int[] taken = {2, 0, 1};
    Dream dream = dream(GREEDY, 1);
    int[] start = genie.codes(picture(1));
    int[] expected = drawnInFull(start, taken);
    int places = Tiny.FRAME.places();
    for (int t = 1; t <= 3; t++) {
      byte[] frame = dream.step(taken[t - 1]);
      assertThat(dream.lastCodes(0))
          .isEqualTo(Arrays.copyOfRange(expected, t * places, (t + 1) * places));
      Tensor codes =
          Tensor.ofInts(Shape.of(1, t + 1, places), Arrays.copyOf(expected, (t + 1) * places));
      float[] patches = tokenizer.decode(codes).select(1, t).toFloatArray();
      byte[] decoded = new byte[Tiny.FRAME.bytes()];
      Tiny.FRAME.toBytes(patches, 0, decoded, 0);
      for (int i = 0; i < decoded.length; i++) {
        assertThat(frame[i] - decoded[i]).isBetween(-1, 1);
      }
    }
  }

  /** A world that has forgotten goes on as one that starts from what it still knows. */
  @Test
  void aLongDreamForgetsItsOlderHalf() {
    Dream dream = dream(GREEDY, 1);
    List<int[]> codes = new ArrayList<>(List.of(genie.codes(picture(1))));
    int[] taken = {1, 2, 0, 0, 1};
    for (int action : taken) {
      dream.step(action);
      codes.add(dream.lastCodes(0));
    }
    assertThat(dream.length()).isEqualTo(6);
    // After four frames, frames 2 and 3 are read again and frame 4 is drawn from them.
    int places = Tiny.FRAME.places();
    int[] known = new int[2 * places];
    System.arraycopy(codes.get(2), 0, known, 0, places);
    System.arraycopy(codes.get(3), 0, known, places, places);
    Dream from = new Dream(genie, List.of(new Dream.Start(known, new int[] {0})), GREEDY, 1);
    from.step(0);
    assertThat(from.lastCodes(0)).isEqualTo(codes.get(4));
  }

  @Test
  void severalDreamsAtOnceAreThoseOneByOne() {
    List<Dream.Start> starts = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      starts.add(genie.start(new byte[][] {picture(seed), picture(seed + 10)}, seed - 1));
    }
    Dream together = new Dream(genie, starts, GREEDY, 5);
    for (int step = 0; step < 4; step++) {
      together.step(step % 3, (step + 1) % 3, 2);
    }
    for (int b = 0; b < 3; b++) {
      Dream alone = new Dream(genie, List.of(starts.get(b)), GREEDY, 5);
      for (int step = 0; step < 4; step++) {
        alone.step(b == 2 ? 2 : (step + b) % 3);
      }
      assertThat(alone.lastCodes(0)).isEqualTo(together.lastCodes(b));
      assertThat(alone.frame(0)).isEqualTo(together.frame(b));
    }
  }

  @Test
  void theSameSeedDreamsTheSameForAnyNumberOfThreads() {
    List<byte[]> frames = new ArrayList<>();
    for (int threads = 1; threads <= 2; threads++) {
      Engine.with(
          Backend.simd(threads),
          () -> {
            Dream dream = dream(RANDOM, 7);
            dream.step(1);
            return frames.add(dream.step(2));
          });
    }
    assertThat(frames.get(0)).isEqualTo(frames.get(1));
    Dream other = dream(RANDOM, 8);
    other.step(1);
    assertThat(other.step(2)).isNotEqualTo(frames.get(0));
  }

  @Test
  void undoneFramesAreGoneAndOthersCanFollow() {
    Dream dream = dream(GREEDY, 1);
    dream.step(0);
    byte[] second = dream.frame(0);
    dream.step(1);
    dream.step(2);
    dream.truncate(2);
    assertThat(dream.length()).isEqualTo(2);
    byte[] again = dream.frame(0);
    for (int i = 0; i < again.length; i++) {
      assertThat(again[i] - second[i]).isBetween(-1, 1);
    }
    dream.step(1);
    assertThat(dream.length()).isEqualTo(3);
  }

  @Test
  void oneStepOfAWorldIsThatOfADream() {
    byte[][] video = {picture(1), picture(2)};
    byte[] next = genie.step(video, new int[] {1}, 2, GREEDY, 3);
    Dream dream = new Dream(genie, List.of(genie.start(video, 1)), GREEDY, 3);
    assertThat(next).isEqualTo(dream.step(2)).hasSize(Tiny.FRAME.bytes());
  }

  @Test
  void complaintsSayWhatIsNeeded() {
    Dream dream = dream(GREEDY, 1);
    assertThatThrownBy(() -> dream.step(3)).hasMessageContaining("1 actions from 0 to 2");
    assertThatThrownBy(() -> dream.step(1, 1)).hasMessageContaining("[1, 1]");
    assertThatThrownBy(() -> dream.truncate(0)).hasMessageContaining("1 to 1 frames");
    assertThatThrownBy(() -> genie.start(new byte[4][])).hasMessageContaining("1 to 3 frames");
    assertThatThrownBy(() -> genie.start(new byte[][] {new byte[5]}))
        .hasMessageContaining("8 x 12")
        .hasMessageContaining("5 bytes");
  }
}
