package dev.simoom.kernels.reference;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Strided;
import java.util.Arrays;
import java.util.List;

/** Attention and its gradient, one query at a time with all its scores in double. */
final class AttentionReference {
  private final Attention kernel;

  private AttentionReference(Attention kernel) {
    this.kernel = kernel;
  }

  static void run(Attention kernel, Memory[] memory) {
    AttentionReference run = new AttentionReference(kernel);
    for (long batch = 0; batch < kernel.batchCount(); batch++) {
      run.forward(batch, memory);
    }
  }

  static void run(AttentionGradient gradient, Memory[] memory) {
    AttentionReference run = new AttentionReference(gradient.forward());
    for (long batch = 0; batch < gradient.forward().batchCount(); batch++) {
      run.backward(gradient, batch, memory);
    }
  }

  private void forward(long batch, Memory[] memory) {
    double[][] q = read(memory[0], kernel.q(), batch, kernel.queryLength());
    double[][] k = read(memory[1], kernel.k(), batch, kernel.keyLength());
    double[][] v = read(memory[2], kernel.v(), batch, kernel.keyLength());
    double[][] out = zeros(q.length);
    for (int i = 0; i < q.length; i++) {
      double[] scores = new double[seen(i)];
      double max = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < scores.length; j++) {
        scores[j] = kernel.scale() * dot(q[i], k[j]);
        max = Math.max(max, scores[j]);
      }
      double sum = 0;
      for (double score : scores) {
        sum += StrictMath.exp(score - max);
      }
      double logSumExp = scores.length == 0 ? Double.NEGATIVE_INFINITY : max + StrictMath.log(sum);
      for (int j = 0; j < scores.length; j++) {
        add(StrictMath.exp(scores[j] - logSumExp), v[j], out[i]);
      }
      memory[4].set(batch * kernel.queryLength() + i, logSumExp);
    }
    write(out, memory[3], kernel.out(), batch);
  }

  private void backward(AttentionGradient gradient, long batch, Memory[] memory) {
    double[][] q = read(memory[0], kernel.q(), batch, kernel.queryLength());
    double[][] k = read(memory[1], kernel.k(), batch, kernel.keyLength());
    double[][] v = read(memory[2], kernel.v(), batch, kernel.keyLength());
    double[][] out = read(memory[3], kernel.out(), batch, kernel.queryLength());
    double[][] gradOut = read(memory[5], gradient.gradOut(), batch, kernel.queryLength());
    double[][] gradQ = zeros(q.length);
    double[][] gradK = zeros(k.length);
    double[][] gradV = zeros(v.length);
    for (int i = 0; i < q.length; i++) {
      double logSumExp = memory[4].get(batch * kernel.queryLength() + i);
      double mean = dot(gradOut[i], out[i]);
      for (int j = 0; j < seen(i); j++) {
        double weight = StrictMath.exp(kernel.scale() * dot(q[i], k[j]) - logSumExp);
        double gradScore = kernel.scale() * weight * (dot(gradOut[i], v[j]) - mean);
        add(weight, gradOut[i], gradV[j]);
        add(gradScore, k[j], gradQ[i]);
        add(gradScore, q[i], gradK[j]);
      }
    }
    write(gradQ, memory[6], gradient.gradQ(), batch);
    write(gradK, memory[7], gradient.gradK(), batch);
    write(gradV, memory[8], gradient.gradV(), batch);
  }

  /** Number of keys that a query sees. */
  private int seen(long query) {
    long keys = kernel.keyLength();
    return (int)
        (kernel.causal() ? Math.clamp(query + keys - kernel.queryLength() + 1, 0L, keys) : keys);
  }

  private double[][] zeros(int rows) {
    return new double[rows][Math.toIntExact(kernel.headSize())];
  }

  private double[][] read(Memory memory, Strided layout, long batch, long rows) {
    double[][] values = new double[Math.toIntExact(rows)][];
    List<Long> strides = layout.strides();
    long start = Memory.offset(kernel.batch(), strides, batch);
    for (int i = 0; i < values.length; i++) {
      values[i] = memory.get(start + i * strides.get(strides.size() - 2), 1, kernel.headSize());
    }
    return values;
  }

  private void write(double[][] values, Memory memory, Strided layout, long batch) {
    List<Long> strides = layout.strides();
    long start = Memory.offset(kernel.batch(), strides, batch);
    for (int i = 0; i < values.length; i++) {
      memory.set(start + i * strides.get(strides.size() - 2), values[i]);
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double factor, double[] from, double[] to) {
    Arrays.setAll(to, i -> to[i] + factor * from[i]);
  }
}
