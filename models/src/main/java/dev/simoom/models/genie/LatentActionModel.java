package dev.simoom.models.genie;

import dev.simoom.nn.Linear;
import dev.simoom.nn.Module;
import dev.simoom.nn.Parameters;
import dev.simoom.nn.SpatioTemporalTransformer;
import dev.simoom.nn.VectorQuantizer;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;

/**
 * Finds what happens between the frames of a video as one of a few actions, without being told any
 * (arXiv 2402.15391, section 2.1).
 *
 * <p>The encoder reads the action between frames t and t + 1 from frames up to t + 1. The decoder
 * has to draw frame t + 1 from the frames up to t and that action, and so the action holds what
 * past frames do not tell. Patches are F32 [batch, frames, places, features] in [0, 1].
 *
 * @param frame size of frames and patches
 * @param encoder from patches beside their difference to the frame before, [places, 2 features], to
 *     a vector for each frame, the mean over its places
 * @param quantizer the actions
 * @param action from an action's vector to the decoder's width, added at every place
 * @param decoder from patches and actions to the patches of the next frame
 */
public record LatentActionModel(
    FrameShape frame,
    FrameCoder encoder,
    VectorQuantizer quantizer,
    Linear action,
    FrameCoder decoder)
    implements Module {
  /**
   * A model with new weights.
   *
   * @param frames the longest clip
   * @param encoderSize of the encoder
   * @param decoderSize of the decoder
   */
  public static LatentActionModel create(
      FrameShape frame,
      int frames,
      SpatioTemporalTransformer.Size encoderSize,
      SpatioTemporalTransformer.Size decoderSize,
      VectorQuantizer quantizer,
      RandomStream random) {
    int places = frame.places();
    return new LatentActionModel(
        frame,
        FrameCoder.create(
            2L * frame.features(), quantizer.width(), places, frames, encoderSize, random),
        quantizer,
        Linear.create(quantizer.width(), decoderSize.width(), random),
        FrameCoder.create(frame.features(), frame.features(), places, frames, decoderSize, random));
  }

  /** The vectors before they become actions: [batch, frames - 1, quantizer width]. */
  public Tensor latents(Tensor patches, boolean training) {
    long last = patches.shape().extent(1) - 1;
    Tensor x = Brightness.centred(patches);
    Tensor before = Tensor.concat(1, x.slice(1, 0, 1), x.slice(1, 0, last));
    Tensor all = encoder.forward(Tensor.concat(-1, x, x.sub(before)), training);
    return all.mean(2).slice(1, 1, last + 1);
  }

  /** The actions between the frames: I32 [batch, frames - 1]. */
  public Tensor actions(Tensor patches) {
    return quantizer.nearest(latents(patches, false));
  }

  /**
   * The frames that follow.
   *
   * @param patches [batch, frames, places, features], the frames before
   * @param actions vectors [batch, frames, quantizer width], what happens after each
   * @return patches of the frame after each, [batch, frames, places, features]
   */
  public Tensor predict(Tensor patches, Tensor actions, boolean training) {
    Tensor x = decoder.in().forward(Brightness.centred(patches), training);
    Tensor moved = x.add(action.forward(actions, training).unsqueeze(2));
    Tensor drawn = decoder.out().forward(decoder.hidden(moved, training), training);
    return patches.add(Brightness.difference(drawn));
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect()
        .module("encoder", encoder)
        .module("quantizer", quantizer)
        .module("action", action)
        .module("decoder", decoder)
        .toMap();
  }
}
