package dev.simoom.models.genie;

import dev.simoom.nn.Quantizer;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A world that was learned from video and draws its next frame for an action (arXiv 2402.15391).
 *
 * <p>Of the model that found the actions it needs their vectors alone. It owns its programs, not
 * the models.
 */
public final class Genie implements AutoCloseable {
  private final VideoTokenizer tokenizer;
  private final Quantizer actions;
  private final DynamicsModel dynamics;
  private final int frames;
  private final Program encode;
  private final Program begin = Program.ofMany(this::begin);
  private final Program refine = Program.ofMany(this::refine);
  private final Program accept = Program.ofMany(this::accept);
  private final Program draw = Program.ofMany(this::draw);

  /**
   * A world of trained models.
   *
   * @param actions the latent actions
   * @param frames the longest clip that the models were made for: as much as it remembers
   */
  public Genie(VideoTokenizer tokenizer, Quantizer actions, DynamicsModel dynamics, int frames) {
    this.tokenizer = tokenizer;
    this.actions = actions;
    this.dynamics = dynamics;
    this.frames = frames;
    encode = Program.of(tokenizer::encode);
  }

  /** How many actions there are. */
  public int actionCount() {
    return actions.codes();
  }

  /** The size of frames. */
  public FrameShape frame() {
    return tokenizer.frame();
  }

  int places() {
    return tokenizer.frame().places();
  }

  int mask() {
    return dynamics.mask();
  }

  int frames() {
    return frames;
  }

  /**
   * The frame that follows some frames when an action is taken.
   *
   * @param video [frames][height * width * 3], bytes of red, green and blue, the last frames of a
   *     video; not more than one less than the world remembers
   * @param taken the actions between them, one less
   * @param action the action to take after the last
   * @return [height * width * 3]
   */
  public byte[] step(byte[][] video, int[] taken, int action, Sampling sampling, long seed) {
    return new Dream(this, List.of(start(video, taken)), sampling, seed).step(action);
  }

  /**
   * Starts to dream from some frames; see {@link #step}.
   *
   * @throws IllegalArgumentException if there are too many frames or none, or the actions are not
   *     one fewer
   */
  public Dream.Start start(byte[][] video, int... taken) {
    if (video.length < 1 || video.length >= frames || taken.length != video.length - 1) {
      throw new IllegalArgumentException(
          "Genie: 1 to %d frames and the actions between them are needed; got %d and %d"
              .formatted(frames - 1, video.length, taken.length));
    }
    return new Dream.Start(codes(video), taken.clone());
  }

  /** The codes of a video, [frames * places]. */
  int[] codes(byte[]... video) {
    FrameShape frame = tokenizer.frame();
    float[] patches = new float[video.length * frame.elements()];
    for (int t = 0; t < video.length; t++) {
      if (video[t].length != frame.bytes()) {
        throw new IllegalArgumentException(
            "Genie: frames of %d x %d in three bytes a pixel are needed; one has %d bytes"
                .formatted(frame.height(), frame.width(), video[t].length));
      }
      frame.toPatches(video[t], 0, patches, t * frame.elements());
    }
    try (Scope _ = Scope.open()) {
      Shape shape = Shape.of(1, video.length, frame.places(), frame.features());
      return encode.run(Tensor.of(shape, patches)).toIntArray();
    }
  }

  // ---------------------------------------------------------------- programs

  private List<Tensor> begin(List<Tensor> in) {
    Tensor moves = in.size() > 1 ? actions.lookup(in.get(1)) : in.getFirst();
    List<Tensor> results = new ArrayList<>(Pasts.tensors(dynamics.begin(in.getFirst(), moves)));
    FrameCoder.Step drawn = tokenizer.decodeNext(in.getFirst(), List.of());
    results.add(drawn.output());
    results.addAll(Pasts.tensors(drawn.past()));
    return results;
  }

  private FrameCoder.Step next(List<Tensor> in) {
    Tensor move = actions.lookup(in.get(1));
    return dynamics.next(in.getFirst(), move, Pasts.of(in.subList(2, in.size())));
  }

  private List<Tensor> refine(List<Tensor> in) {
    return List.of(next(in).output());
  }

  private List<Tensor> accept(List<Tensor> in) {
    return Pasts.tensors(next(in).past());
  }

  private List<Tensor> draw(List<Tensor> in) {
    FrameCoder.Step step = tokenizer.decodeNext(in.getFirst(), Pasts.of(in.subList(1, in.size())));
    List<Tensor> results = new ArrayList<>(List.of(step.output()));
    results.addAll(Pasts.tensors(step.past()));
    return results;
  }

  /**
   * What a dream remembers.
   *
   * @param dynamics keys and values of the dynamics model
   * @param decoder keys and values of the decoder
   * @param patches of the last frame, [batch][places * features]
   */
  record Memory(List<Pasts.Kept> dynamics, List<Pasts.Kept> decoder, float[] patches) {}

  /** Remembers frames: codes I32 [batch, frames, places], actions I32 [batch, frames - 1]. */
  Memory remember(Tensor codes, Tensor taken) {
    try (Scope _ = Scope.open()) {
      List<Tensor> results =
          codes.shape().extent(1) == 1 ? begin.runAll(codes) : begin.runAll(codes, taken);
      int dynamic = 2 * dynamics.coder().transformer().blocks().size();
      float[] all = results.get(dynamic).toFloatArray();
      return new Memory(
          Pasts.kept(results.subList(0, dynamic)),
          Pasts.kept(results.subList(dynamic + 1, results.size())),
          lastFrames(all, Math.toIntExact(codes.shape().extent(1))));
    }
  }

  private float[] lastFrames(float[] all, int count) {
    int elements = tokenizer.frame().elements();
    int batch = all.length / (count * elements);
    float[] last = new float[batch * elements];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(all, ((b + 1) * count - 1) * elements, last, b * elements, elements);
    }
    return last;
  }

  /**
   * Logits [batch * places * codes] of a frame whose codes are partly masked.
   *
   * @param past the tensors of {@link Memory#dynamics}
   */
  float[] logits(Tensor tokens, Tensor action, List<Tensor> past) {
    return refine.run(Pasts.inputs(past, tokens, action)).toFloatArray();
  }

  /**
   * Remembers one more frame, whose codes are all known.
   *
   * @param past the tensors of {@link Memory#dynamics}
   */
  Memory accept(Tensor tokens, Tensor action, List<Tensor> past, Memory memory) {
    List<Tensor> next = accept.runAll(Pasts.inputs(past, tokens, action));
    List<Tensor> drawn = draw.runAll(Pasts.inputs(Pasts.tensorsOf(memory.decoder), tokens));
    return new Memory(
        Pasts.kept(next),
        Pasts.kept(drawn.subList(1, drawn.size())),
        drawn.getFirst().toFloatArray());
  }

  /** Frees the programs. */
  @Override
  public void close() {
    encode.close();
    begin.close();
    refine.close();
    accept.close();
    draw.close();
  }
}
