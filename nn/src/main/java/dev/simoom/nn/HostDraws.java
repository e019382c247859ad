package dev.simoom.nn;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;

/** Initialisers that look at their draws, which is done on the host. */
final class HostDraws {
  private HostDraws() {}

  static Tensor truncatedNormal(Shape shape, double standardDeviation, RandomStream random) {
    float[] kept = new float[Math.toIntExact(shape.elements())];
    int count = 0;
    while (count < kept.length) {
      for (float draw : random.normal(Shape.of(kept.length - count)).toFloatArray()) {
        if (Math.abs(draw) <= 2) {
          kept[count++] = (float) (draw * standardDeviation);
        }
      }
    }
    return Tensor.of(shape, kept);
  }

  /**
   * The orthogonal factor of a normal matrix. Its columns are orthonormalised one after the other
   * with a positive diagonal of the other factor, which makes the result uniform; each is projected
   * twice, since once leaves rounding errors that grow with the matrix's condition.
   */
  static Tensor orthogonal(Shape shape, double gain, RandomStream random) {
    if (shape.rank() != 2) {
      throw new IllegalArgumentException("orthogonal: a shape [in, out] is needed; got " + shape);
    }
    int in = Math.toIntExact(shape.extent(0));
    int out = Math.toIntExact(shape.extent(1));
    int length = Math.max(in, out);
    double[][] basis = new double[Math.min(in, out)][length];
    float[] draws = random.normal(shape).toFloatArray();
    for (int i = 0; i < basis.length; i++) {
      for (int j = 0; j < length; j++) {
        basis[i][j] = draws[i * length + j];
      }
      project(basis, i);
      project(basis, i);
    }
    float[] matrix = new float[draws.length];
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < out; j++) {
        matrix[i * out + j] = (float) (gain * (in < out ? basis[i][j] : basis[j][i]));
      }
    }
    return Tensor.of(shape, matrix);
  }

  /** Takes from a vector its parts along the vectors before it and gives it length 1. */
  private static void project(double[][] basis, int at) {
    double[] vector = basis[at];
    for (int i = 0; i < at; i++) {
      double along = dot(vector, basis[i]);
      for (int j = 0; j < vector.length; j++) {
        vector[j] -= along * basis[i][j];
      }
    }
    double norm = Math.sqrt(dot(vector, vector));
    for (int j = 0; j < vector.length; j++) {
      vector[j] /= norm;
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
