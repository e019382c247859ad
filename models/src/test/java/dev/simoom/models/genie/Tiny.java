package dev.simoom.models.genie;

import dev.simoom.models.video.Video;
import dev.simoom.nn.SpatioTemporalTransformer;
import dev.simoom.nn.VectorQuantizer;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Small models and videos for tests. */
final class Tiny {
  static final FrameShape FRAME = new FrameShape(8, 12, 4);
  static final int FRAMES = 4;
  static final int CODES = 16;
  static final int ACTIONS = 3;
  static final SpatioTemporalTransformer.Size SIZE =
      new SpatioTemporalTransformer.Size(16, 2, 2, 2, true);

  private Tiny() {}

  static VideoTokenizer tokenizer(long seed) {
    RandomStream random = new RandomStream(seed);
    VectorQuantizer codes = VectorQuantizer.create(CODES, 8, 0.25, random);
    codes.codebook().assign(random.normal(Shape.of(CODES, 8)));
    return VideoTokenizer.create(FRAME, FRAMES, SIZE, SIZE, codes, random);
  }

  static LatentActionModel actions(long seed) {
    RandomStream random = new RandomStream(seed);
    VectorQuantizer codes = VectorQuantizer.create(ACTIONS, 8, 0.25, random);
    codes.codebook().assign(random.normal(Shape.of(ACTIONS, 8)));
    return LatentActionModel.create(FRAME, FRAMES, SIZE, SIZE, codes, random);
  }

  static DynamicsModel dynamics(long seed, ActionInput input) {
    return DynamicsModel.create(
        CODES, 8, FRAME.places(), FRAMES, input, SIZE, new RandomStream(seed));
  }

  /** Random numbers in [0, 1): [clips, frames, places, features]. */
  static Tensor patches(long seed, int clips, int frames) {
    return new RandomStream(seed)
        .uniform(Shape.of(clips, frames, FRAME.places(), FRAME.features()));
  }

  /** Random codes I32 [clips, frames, places]. */
  static Tensor codes(long seed, int clips, int frames) {
    return ints(seed, CODES, Shape.of(clips, frames, FRAME.places()));
  }

  static Tensor ints(long seed, int bound, Shape shape) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] all = random.ints(shape.elements(), 0, bound).toArray();
    return Tensor.ofInts(shape, all);
  }

  /** A bright square that moves to the left, to the right or not at all over a ramp. */
  static List<Video> videos(int episodes, int frames) {
    List<Video> videos = new ArrayList<>();
    for (int e = 0; e < episodes; e++) {
      SplittableRandom random = new SplittableRandom(e);
      byte[] rgb = new byte[frames * FRAME.bytes()];
      int x = random.nextInt(9);
      for (int t = 0; t < frames; t++) {
        for (int i = 0; i < FRAME.bytes(); i++) {
          int column = i / 3 % 12;
          int row = i / 36;
          boolean inside = column >= x && column < x + 4 && row >= 2 && row < 6;
          rgb[t * FRAME.bytes() + i] = (byte) (inside ? 250 : 8 * column + 40 * (i % 3));
        }
        x = Math.floorMod(x + random.nextInt(3) - 1, 9);
      }
      videos.add(new Video(frames, 8, 12, rgb));
    }
    return videos;
  }

  static float[] floats(Tensor tensor) {
    return tensor.toFloatArray();
  }
}
