/**
 * Layers, losses and initialisers.
 *
 * <p>A layer is a record of its parameters and parts; {@link dev.simoom.nn.Module} finds them by
 * path, such as {@code blocks.0.attention.qkv.weight}. Features are along the last axis; axes
 * before it are batch axes, of which there may be any number.
 */
package dev.simoom.nn;
