/**
 * Arrays in files of NumPy's formats: npy, read through memory maps, and npz, a zip of such; both
 * written atomically.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the
 *     format</a>
 */
@NullMarked
package dev.simoom.tensor.npy;

import org.jspecify.annotations.NullMarked;
