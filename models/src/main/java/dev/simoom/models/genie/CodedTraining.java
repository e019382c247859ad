package dev.simoom.models.genie;

/**
 * How a tokenizer or a model of actions is trained.
 *
 * @param steps number of optimizer steps
 * @param batch clips in each
 * @param learningRate peak of the cosine schedule
 * @param warmup steps of linear warm-up of the rate
 * @param continuous steps before anything is quantized, after which the codes are set to clusters
 *     of what the encoder gives; without them one code takes all
 * @param reviveEvery steps between revivals of unused codes
 * @param quantizerWeight weight of the quantizer's loss beside the mean squared error of pixels in
 *     [0, 1]
 * @param changedWeight additional weight of pixels that differ from the frame before
 * @param weightDecay decoupled decay of matrices
 * @param clipNorm largest global norm of the gradient
 * @param seed of clips and revivals
 */
public record CodedTraining(
    long steps,
    int batch,
    double learningRate,
    long warmup,
    long continuous,
    long reviveEvery,
    double quantizerWeight,
    double changedWeight,
    double weightDecay,
    double clipNorm,
    long seed) {}
