package dev.simoom.models.genie;

import dev.simoom.nn.Quantizer;
import dev.simoom.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CodedModel} on clips, from pixels to pixels, and how far off it is.
 *
 * @param loss what training minimises: the mean squared error of pixels in [0, 1], those that
 *     changed weighted, and the quantizer's loss
 * @param error the mean squared error, of all pixels alike
 * @param latents what the encoder gave, [..., quantizer width]
 * @param indices the codes I32 [...], or null where nothing was quantized
 */
public record CodedPass(Tensor loss, Tensor error, Tensor latents, @Nullable Tensor indices) {
  /** Pixels change that differ by more than this. */
  private static final double CHANGE = 0.02;

  /**
   * Runs a model in training.
   *
   * @param clips patches [batch, frames, places, features]
   * @param quantizerWeight weight of the quantizer's loss
   * @param changedWeight additional weight of pixels that differ from the frame before
   */
  public static CodedPass quantized(
      CodedModel model, Tensor clips, double quantizerWeight, double changedWeight) {
    Tensor latents = model.latents(clips);
    Quantizer.Quantized codes = model.quantizer().quantize(latents);
    Tensor squares = squares(model, clips, codes.output());
    Tensor loss = weighted(model, clips, squares, changedWeight);
    return new CodedPass(
        loss.add(codes.loss().mul(quantizerWeight)), squares.mean(), latents, codes.indices());
  }

  /** The same with the encoder's vectors as they are. */
  public static CodedPass continuous(CodedModel model, Tensor clips, double changedWeight) {
    Tensor latents = model.latents(clips);
    Tensor squares = squares(model, clips, latents);
    Tensor loss = weighted(model, clips, squares, changedWeight);
    return new CodedPass(loss, squares.mean(), latents, null);
  }

  private static Tensor squares(CodedModel model, Tensor clips, Tensor vectors) {
    return model.decode(clips, vectors).sub(model.target(clips)).square();
  }

  private static Tensor weighted(CodedModel model, Tensor clips, Tensor squares, double weight) {
    Tensor change = model.target(clips).sub(model.previous(clips)).abs().gt(CHANGE);
    return squares.mul(Tensor.where(change, Tensor.scalar(1 + weight), Tensor.scalar(1))).mean();
  }
}
