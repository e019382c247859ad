/**
 * Optimizers: update rules, learning-rate schedules, parameter groups, clipping, accumulation of
 * gradients, averages of weights, and state in fewer bytes.
 *
 * <p>An {@link dev.simoom.optim.Optimizer} says a step as tensor expressions, so that in a traced
 * program each group of parameters is updated by one loop over flat memory.
 */
@NullMarked
package dev.simoom.optim;

import org.jspecify.annotations.NullMarked;
