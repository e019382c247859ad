/**
 * What the readers and writers of tensor files share: elements as they lie in files, their
 * conversions, and files mapped into memory.
 */
@NullMarked
package dev.simoom.tensor.files;

import org.jspecify.annotations.NullMarked;
