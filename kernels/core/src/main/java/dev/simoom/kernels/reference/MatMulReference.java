package dev.simoom.kernels.reference;

import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import java.util.Arrays;
import java.util.List;

/** Matrix products with sums in double, then the epilogue over the whole result. */
final class MatMulReference {
  private MatMulReference() {}

  static void run(MatMul kernel, Memory[] memory) {
    int extra = kernel.epilogue().map(e -> e.inputs().size() - 1).orElse(0);
    Memory product = memory[2 + extra];
    if (kernel.n() > 0) {
      for (long batch = 0; batch < kernel.batchCount(); batch++) {
        multiply(kernel, batch, memory[0], memory[1], product);
      }
    }
    if (kernel.epilogue().isPresent()) {
      LoopKernel epilogue = kernel.epilogue().get();
      Memory[] inputs = new Memory[1 + extra];
      inputs[0] = product;
      System.arraycopy(memory, 2, inputs, 1, extra);
      int outputs = 2 + extra + (kernel.keepProduct() ? 1 : 0);
      LoopReference.run(epilogue, inputs, Arrays.copyOfRange(memory, outputs, memory.length));
    }
  }

  private static void multiply(MatMul kernel, long batch, Memory a, Memory b, Memory c) {
    List<Long> aStrides = kernel.a().strides();
    List<Long> bStrides = kernel.b().strides();
    List<Long> cStrides = kernel.c().strides();
    int row = kernel.batch().size();
    long aStart = Memory.offset(kernel.batch(), aStrides, batch);
    long bStart = Memory.offset(kernel.batch(), bStrides, batch);
    long cStart = Memory.offset(kernel.batch(), cStrides, batch);
    double[][] right = new double[Math.toIntExact(kernel.k())][];
    for (int p = 0; p < right.length; p++) {
      right[p] = b.get(bStart + p * bStrides.get(row), bStrides.get(row + 1), kernel.n());
    }
    for (long i = 0; i < kernel.m(); i++) {
      double[] left = a.get(aStart + i * aStrides.get(row), aStrides.get(row + 1), kernel.k());
      double[] sum = new double[Math.toIntExact(kernel.n())];
      for (int p = 0; p < left.length; p++) {
        for (int j = 0; j < sum.length; j++) {
          sum[j] += left[p] * right[p][j];
        }
      }
      c.set(cStart + i * cStrides.get(row), sum);
    }
  }
}
