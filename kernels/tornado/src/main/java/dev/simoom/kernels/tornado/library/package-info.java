/**
 * The library kernels on a device: for each the methods that work items run, and how a launch of it
 * becomes tasks.
 *
 * <p>Classes named {@code ...Code} hold device code. TornadoVM 5.2 compiles it, which sets its
 * style: static methods of numbers and arrays, no objects; {@code >> n & mask} where Java would
 * have {@code >>> n}, for an unsigned shift of an int comes out as a signed one; nothing that folds
 * to a NaN, which comes out as a word that C does not know; and no choices within choices that
 * share a result, as in {@code a ? x : b ? x : y}, for they are joined to one condition whose
 * negation comes out wrong: such conditions are bits that are and-ed and or-ed.
 */
@NullMarked
package dev.simoom.kernels.tornado.library;

import org.jspecify.annotations.NullMarked;
