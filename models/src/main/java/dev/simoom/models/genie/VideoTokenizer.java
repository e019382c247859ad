package dev.simoom.models.genie;

import dev.simoom.nn.Module;
import dev.simoom.nn.MultiHeadAttention;
import dev.simoom.nn.Parameters;
import dev.simoom.nn.Quantizer;
import dev.simoom.nn.SpatioTemporalTransformer;
import dev.simoom.nn.VectorQuantizer;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import java.util.SequencedMap;

/**
 * Video as one of a set of codes for each patch, and back (ST-ViViT of arXiv 2402.15391).
 *
 * <p>Both ways a frame depends on that frame and those before it. Frames are given as patches F32
 * [batch, frames, places, features] in [0, 1]; see {@link FrameShape}.
 *
 * @param frame size of frames and patches
 * @param encoder from patches to vectors to be quantized
 * @param quantizer the codes
 * @param decoder from codes to patches
 */
public record VideoTokenizer(
    FrameShape frame, FrameCoder encoder, Quantizer quantizer, FrameCoder decoder)
    implements Module {
  /**
   * A tokenizer with new weights.
   *
   * @param frames the longest clip
   * @param encoderSize of the encoder
   * @param decoderSize of the decoder
   */
  public static VideoTokenizer create(
      FrameShape frame,
      int frames,
      SpatioTemporalTransformer.Size encoderSize,
      SpatioTemporalTransformer.Size decoderSize,
      Quantizer quantizer,
      RandomStream random) {
    int places = frame.places();
    return new VideoTokenizer(
        frame,
        FrameCoder.create(frame.features(), quantizer.width(), places, frames, encoderSize, random),
        quantizer,
        FrameCoder.create(
            quantizer.width(), frame.features(), places, frames, decoderSize, random));
  }

  /**
   * What training needs.
   *
   * @param latents before they were quantized, [batch, frames, places, quantizer width]
   * @param quantized the same after
   * @param reconstruction patches [batch, frames, places, features]
   */
  public record Pass(Tensor latents, Quantizer.Quantized quantized, Tensor reconstruction) {}

  /** There and back. */
  public Pass forward(Tensor patches, boolean training) {
    Tensor latents = latents(patches, training);
    Quantizer.Quantized quantized = quantizer.quantize(latents);
    return new Pass(latents, quantized, decode(quantized.output(), training));
  }

  /** The vectors of patches before they are quantized, [batch, frames, places, quantizer width]. */
  Tensor latents(Tensor patches, boolean training) {
    return encoder.forward(Brightness.centred(patches), training);
  }

  /** The patches of vectors [batch, frames, places, quantizer width]. */
  Tensor decode(Tensor vectors, boolean training) {
    return Brightness.pixels(decoder.forward(vectors, training));
  }

  /** The codes of patches: I32 [batch, frames, places]. */
  public Tensor encode(Tensor patches) {
    Tensor latents = latents(patches, false);
    return quantizer instanceof VectorQuantizer nearest
        ? nearest.nearest(latents)
        : quantizer.quantize(latents).indices();
  }

  /** The patches of codes I32 [batch, frames, places]. */
  public Tensor decode(Tensor codes) {
    return decode(quantizer.lookup(codes), false);
  }

  /**
   * The patches of codes of one more frame.
   *
   * @param codes I32 [batch, 1, places]
   * @param past of the frames before, none for the first
   */
  public FrameCoder.Step decodeNext(Tensor codes, List<MultiHeadAttention.Past> past) {
    FrameCoder.Step step = decoder.extend(quantizer.lookup(codes), past);
    return new FrameCoder.Step(Brightness.pixels(step.output()), step.past());
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect()
        .module("encoder", encoder)
        .module("quantizer", quantizer)
        .module("decoder", decoder)
        .toMap();
  }
}
