/** Tensors: shapes, operations, automatic differentiation, traced programs and file formats. */
package dev.simoom.tensor;
