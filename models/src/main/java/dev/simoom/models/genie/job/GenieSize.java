package dev.simoom.models.genie.job;

import dev.simoom.models.genie.ActionInput;
import dev.simoom.models.genie.FrameShape;
import dev.simoom.nn.SpatioTemporalTransformer.Size;

/**
 * How many numbers the models of a configuration have, known before any is made.
 *
 * @param tokenizer parameters of the tokenizer
 * @param actions of the model of actions
 * @param dynamics of the dynamics
 */
record GenieSize(long tokenizer, long actions, long dynamics) {
  /** Weights, two slow and one fast moment and a gradient for each parameter, in F32. */
  private static final long BYTES_OF_PARAMETER = 5 * Float.BYTES;

  /** Numbers of F32 that a block keeps of each position for the way back, in units of its width. */
  private static final long KEPT = 20;

  static GenieSize of(GenieConfig config) {
    FrameShape frame = config.tokenizerFrame();
    FrameShape coarse = config.actionFrame();
    GenieConfig.Coded t = config.tokenizer();
    GenieConfig.Coded a = config.actions();
    Size d = config.dynamics().size();
    long tokenizer =
        coder(frame.features(), t.latent(), frame.places(), config.frames(), t.encoder())
            + coder(t.latent(), frame.features(), frame.places(), config.frames(), t.decoder())
            + codes(t);
    long actions =
        coder(2L * coarse.features(), a.latent(), coarse.places(), config.frames(), a.encoder())
            + coder(
                coarse.features(), coarse.features(), coarse.places(), config.frames(), a.decoder())
            + linear(a.latent(), a.decoder().width())
            + codes(a);
    long joined =
        config.dynamics().input() == ActionInput.ADD ? 0 : linear(2L * d.width(), d.width());
    long dynamics =
        (t.codes() + 1L) * d.width()
            + linear(a.latent(), d.width())
            + joined
            + coder(d.width(), t.codes(), frame.places(), config.frames(), d);
    return new GenieSize(tokenizer, actions, dynamics);
  }

  private static long codes(GenieConfig.Coded coded) {
    long codebook = (long) coded.codes() * (coded.latent() + 1);
    return coded.averages() == 0 ? codebook : 2 * codebook;
  }

  private static long coder(long in, long out, long places, long frames, Size size) {
    long width = size.width();
    long norms = size.headNorms() ? 4L * (width / size.heads()) : 0;
    long attentions = 2 * (linear(width, 3 * width) + linear(width, width)) + norms;
    long hidden = size.hiddenMultiple() * width;
    long block = 3 * 2 * width + attentions + linear(width, hidden) + linear(hidden, width);
    return linear(in, width)
        + (places + frames) * width
        + size.blocks() * block
        + 2 * width
        + linear(width, out);
  }

  private static long linear(long in, long out) {
    return in * out + out;
  }

  /** Bytes that training the largest of the models takes, roughly. */
  static long trainingBytes(GenieConfig config) {
    GenieSize size = of(config);
    FrameShape frame = config.tokenizerFrame();
    FrameShape coarse = config.actionFrame();
    long tokens = (long) config.frames() * frame.places();
    long tokenizer =
        size.tokenizer * BYTES_OF_PARAMETER
            + config.tokenizerTraining().batch()
                * tokens
                * kept(config.tokenizer().encoder(), config.tokenizer().decoder());
    long actions =
        size.actions * BYTES_OF_PARAMETER
            + (long) config.actionTraining().batch()
                * config.frames()
                * coarse.places()
                * kept(config.actions().encoder(), config.actions().decoder());
    long dynamics =
        size.dynamics * BYTES_OF_PARAMETER
            + config.dynamicsTraining().batch()
                * tokens
                * (kept(config.dynamics().size()) + 8L * config.tokenizer().codes());
    return Math.max(tokenizer, Math.max(actions, dynamics));
  }

  private static long kept(Size... sizes) {
    long bytes = 0;
    for (Size size : sizes) {
      bytes += Float.BYTES * KEPT * size.blocks() * size.width();
    }
    return bytes;
  }
}
