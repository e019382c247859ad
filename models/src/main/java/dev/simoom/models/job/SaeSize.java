package dev.simoom.models.job;

/** What a run takes of memory, roughly, known before anything is made. */
final class SaeSize {
  /** Weights, two slow and one fast moment and a gradient for each parameter, in F32. */
  private static final double BYTES_OF_PARAMETER = 5 * Float.BYTES;

  /** The same for the autoencoder, and the average of its weights. */
  private static final double BYTES_OF_AVERAGED = 6 * Float.BYTES;

  /** Numbers of F32 that a block keeps of each position for the way back, in units of its width. */
  private static final double KEPT = 20;

  private SaeSize() {}

  /** Bytes that the larger of the trainings takes; a model that is read counts as a part of it. */
  static double trainingBytes(SaeJobConfig config) {
    double model = config.readsActivations() ? 0 : parameters(config);
    double positions = (double) config.lm().batch() * config.context();
    double kept =
        Float.BYTES * (KEPT * config.blocks() * config.width() + 2.0 * config.vocabulary());
    boolean trainsModel = !config.readsActivations() && !config.readsModel();
    double language = trainsModel ? model * BYTES_OF_PARAMETER + positions * kept : 0;
    SaeJobConfig.SaeSettings sae = config.sae();
    double weights = (double) sae.latents() * (2.0 * config.width() + 1);
    double batch = Float.BYTES * (double) sae.batch() * (sae.latents() + 4.0 * config.width());
    double buffer = Float.BYTES * (double) sae.buffer() * config.width();
    double autoencoder = model * Float.BYTES + weights * BYTES_OF_AVERAGED + batch + buffer;
    return Math.max(language, autoencoder);
  }

  private static double parameters(SaeJobConfig config) {
    double width = config.width();
    double ends = (2.0 * config.vocabulary() + config.context()) * width;
    return ends + config.blocks() * 12 * width * width;
  }
}
