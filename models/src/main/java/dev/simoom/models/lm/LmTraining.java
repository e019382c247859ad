package dev.simoom.models.lm;

/**
 * How a language model is trained.
 *
 * @param steps number of optimizer steps
 * @param batch windows in each
 * @param learningRate peak of the cosine schedule
 * @param warmup steps of linear warm-up
 * @param alpha weight of AdEMAMix's slow momentum
 * @param beta3 its decay
 * @param weightDecay decoupled decay of matrices
 * @param clipNorm largest global norm of the gradient
 * @param seed of weights and batches
 */
public record LmTraining(
    long steps,
    int batch,
    double learningRate,
    long warmup,
    double alpha,
    double beta3,
    double weightDecay,
    double clipNorm,
    long seed) {}
