/** Tensors: shapes, operations, automatic differentiation, traced programs and file formats. */
@NullMarked
package dev.simoom.tensor;

import org.jspecify.annotations.NullMarked;
