package dev.simoom.kernels.simd;

/** Attention of one instance straight from the formula, in double, with the matrix of scores. */
final class NaiveAttention {
  final double[][] out;
  final double[] logSumExp;
  final double[][] gradQ;
  final double[][] gradK;
  final double[][] gradV;

  NaiveAttention(
      double[][] q, double[][] k, double[][] v, double[][] gradOut, double scale, boolean causal) {
    int head = k.length > 0 ? k[0].length : q.length > 0 ? q[0].length : 0;
    out = new double[q.length][head];
    logSumExp = new double[q.length];
    gradQ = new double[q.length][head];
    gradK = new double[k.length][head];
    gradV = new double[k.length][head];
    for (int i = 0; i < q.length; i++) {
      int seen = causal ? Math.clamp(i + k.length - q.length + 1, 0, k.length) : k.length;
      double[] p = probabilities(i, q, k, seen, scale);
      double[] gradP = new double[seen];
      double mean = 0;
      for (int j = 0; j < seen; j++) {
        add(out[i], p[j], v[j]);
        add(gradV[j], p[j], gradOut[i]);
        gradP[j] = dot(gradOut[i], v[j]);
        mean += p[j] * gradP[j];
      }
      for (int j = 0; j < seen; j++) {
        double gradScore = p[j] * (gradP[j] - mean) * scale;
        add(gradQ[i], gradScore, k[j]);
        add(gradK[j], gradScore, q[i]);
      }
    }
  }

  private double[] probabilities(int i, double[][] q, double[][] k, int seen, double scale) {
    double[] p = new double[seen];
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < seen; j++) {
      p[j] = scale * dot(q[i], k[j]);
      max = Math.max(max, p[j]);
    }
    double sum = 0;
    for (int j = 0; j < seen; j++) {
      p[j] = Math.exp(p[j] - max);
      sum += p[j];
    }
    for (int j = 0; j < seen; j++) {
      p[j] /= sum;
    }
    logSumExp[i] = seen == 0 ? max : max + Math.log(sum);
    return p;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] to, double factor, double[] from) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * from[i];
    }
  }
}
