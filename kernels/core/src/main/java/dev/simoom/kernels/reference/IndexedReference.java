package dev.simoom.kernels.reference;

import dev.simoom.kernels.Gather;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.SparseShape;

/** The kernels that find rows of a table by index. */
final class IndexedReference {
  private IndexedReference() {}

  static void run(Gather kernel, Memory[] memory) {
    for (long row = 0; row < kernel.rows(); row++) {
      long entry = memory[0].getIndex(row, kernel, kernel.entries());
      for (long c = 0; c < kernel.width(); c++) {
        memory[2].copy(row * kernel.width() + c, memory[1], entry * kernel.width() + c);
      }
    }
  }

  static void run(SparseDecode kernel, Memory[] memory) {
    SparseShape shape = kernel.shape();
    long width = shape.width();
    for (long row = 0; row < shape.rows(); row++) {
      double[] sum = new double[Math.toIntExact(width)];
      for (long j = row * shape.k(); j < (row + 1) * shape.k(); j++) {
        long entry = memory[1].getIndex(j, kernel, shape.entries());
        double value = memory[0].get(j);
        for (int c = 0; c < width; c++) {
          sum[c] += value * memory[2].get(entry * width + c);
        }
      }
      memory[3].set(row * width, sum);
    }
  }

  static void run(SparseDot kernel, Memory[] memory) {
    SparseShape shape = kernel.shape();
    long width = shape.width();
    for (long row = 0; row < shape.rows(); row++) {
      for (long j = row * shape.k(); j < (row + 1) * shape.k(); j++) {
        long entry = memory[1].getIndex(j, kernel, shape.entries());
        double sum = 0;
        for (long c = 0; c < width; c++) {
          sum += memory[0].get(row * width + c) * memory[2].get(entry * width + c);
        }
        memory[3].set(j, sum);
      }
    }
  }

  static void run(ScatterAdd kernel, Memory[] memory) {
    int values = kernel.weighted() ? 1 : 0;
    Memory indices = memory[values];
    Memory dense = memory[values + 1];
    int width = Math.toIntExact(kernel.width());
    double[][] sums = new double[Math.toIntExact(kernel.entries())][width];
    for (long j = 0; j < kernel.rows() * kernel.k(); j++) {
      int entry = indices.getIndex(j, kernel, kernel.entries());
      double value = kernel.weighted() ? memory[0].get(j) : 1;
      for (int c = 0; c < width; c++) {
        sums[entry][c] += value * dense.get(j / kernel.k() * width + c);
      }
    }
    for (int entry = 0; entry < sums.length; entry++) {
      memory[values + 2].set((long) entry * width, sums[entry]);
    }
  }
}
