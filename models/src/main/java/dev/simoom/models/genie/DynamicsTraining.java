package dev.simoom.models.genie;

/**
 * How a dynamics model is trained.
 *
 * @param steps number of optimizer steps
 * @param batch clips in each
 * @param learningRate peak of the cosine schedule
 * @param warmup steps of linear warm-up of the rate
 * @param leastMasked the share of masked codes is drawn for each clip from this up to 1; 0.5 in the
 *     paper
 * @param cleanPast share of clips of which the frames before a random one are not masked at all, as
 *     they are at play (1xgpt)
 * @param corrupted the share of codes that are not masked but replaced by random ones is drawn for
 *     each clip from 0 up to this, so that a world can go on from frames that it drew wrongly
 *     (1xgpt); none of the first frame
 * @param weightDecay decoupled decay of matrices
 * @param clipNorm largest global norm of the gradient
 * @param seed of clips and masks
 */
public record DynamicsTraining(
    long steps,
    int batch,
    double learningRate,
    long warmup,
    double leastMasked,
    double cleanPast,
    double corrupted,
    double weightDecay,
    double clipNorm,
    long seed) {}
