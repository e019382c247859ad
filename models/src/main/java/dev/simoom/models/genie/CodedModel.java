package dev.simoom.models.genie;

import dev.simoom.nn.Module;
import dev.simoom.nn.Quantizer;
import dev.simoom.tensor.Tensor;

/** What a {@link CodedTrainer} trains: an encoder, codes, and a decoder that is held to pixels. */
public interface CodedModel {
  /** The whole model. */
  Module module();

  /** Its codes. */
  Quantizer quantizer();

  /** Its frames and patches. */
  FrameShape frame();

  /** The vectors to be quantized: patches [batch, frames, places, features] give [..., width]. */
  Tensor latents(Tensor patches);

  /** What the decoder draws from quantized vectors. */
  Tensor decode(Tensor patches, Tensor vectors);

  /** What it should have drawn. */
  Tensor target(Tensor patches);

  /** The frames before the target's, which say what has changed. */
  Tensor previous(Tensor patches);

  /** A tokenizer, which draws what it saw. */
  static CodedModel of(VideoTokenizer tokenizer) {
    return new CodedModel() {
      @Override
      public Module module() {
        return tokenizer;
      }

      @Override
      public Quantizer quantizer() {
        return tokenizer.quantizer();
      }

      @Override
      public FrameShape frame() {
        return tokenizer.frame();
      }

      @Override
      public Tensor latents(Tensor patches) {
        return tokenizer.latents(patches, true);
      }

      @Override
      public Tensor decode(Tensor patches, Tensor vectors) {
        return tokenizer.decode(vectors, true);
      }

      @Override
      public Tensor target(Tensor patches) {
        return patches;
      }

      @Override
      public Tensor previous(Tensor patches) {
        long last = patches.shape().extent(1) - 1;
        return Tensor.concat(1, patches.slice(1, 0, 1), patches.slice(1, 0, last));
      }
    };
  }

  /** A model of actions, which draws the frames after those it saw. */
  static CodedModel of(LatentActionModel actions) {
    return new CodedModel() {
      @Override
      public Module module() {
        return actions;
      }

      @Override
      public Quantizer quantizer() {
        return actions.quantizer();
      }

      @Override
      public FrameShape frame() {
        return actions.frame();
      }

      @Override
      public Tensor latents(Tensor patches) {
        return actions.latents(patches, true);
      }

      @Override
      public Tensor decode(Tensor patches, Tensor vectors) {
        return actions.predict(previous(patches), vectors, true);
      }

      @Override
      public Tensor target(Tensor patches) {
        return patches.slice(1, 1, patches.shape().extent(1));
      }

      @Override
      public Tensor previous(Tensor patches) {
        return patches.slice(1, 0, patches.shape().extent(1) - 1);
      }
    };
  }
}
