package dev.simoom.optim;

/**
 * A rule for one element in plain double arithmetic, written from its paper with no use of the
 * tensor code: what {@link UpdateRule}s are held against.
 */
@FunctionalInterface
interface ReferenceRule {
  /** The direction by one more gradient; t counts from 1. */
  double direction(double g, int t);

  static ReferenceRule sgd(double momentum, boolean nesterov) {
    double[] b = new double[1];
    return (g, _) -> {
      b[0] = momentum * b[0] + g;
      return nesterov ? g + momentum * b[0] : b[0];
    };
  }

  static ReferenceRule adam(double beta1, double beta2) {
    double[] m = new double[1];
    double[] nu = new double[1];
    return (g, t) -> {
      m[0] = beta1 * m[0] + (1 - beta1) * g;
      nu[0] = beta2 * nu[0] + (1 - beta2) * g * g;
      double root = Math.sqrt(nu[0] / (1 - Math.pow(beta2, t)));
      return m[0] / (1 - Math.pow(beta1, t)) / (root + 1e-8);
    };
  }

  static ReferenceRule lion(double beta1, double beta2) {
    double[] m = new double[1];
    return (g, _) -> {
      double direction = Math.signum(beta1 * m[0] + (1 - beta1) * g);
      m[0] = beta2 * m[0] + (1 - beta2) * g;
      return direction;
    };
  }

  static ReferenceRule simplified(
      double beta1, double beta2, double alpha, double minBeta1, int ramp) {
    double[] m = new double[1];
    double[] nu = new double[1];
    return (g, t) -> {
      double beta = t < ramp ? betweenHalfLives(minBeta1, beta1, t / (double) ramp) : beta1;
      m[0] = beta * m[0] + g;
      nu[0] = beta2 * nu[0] + (1 - beta2) * g * g;
      double root = Math.sqrt(nu[0] / (1 - Math.pow(beta2, t)));
      return (m[0] + alpha * g) / (root + 1e-8);
    };
  }

  private static double betweenHalfLives(double from, double to, double mu) {
    double half = (1 - mu) * Math.log(0.5) / Math.log(from) + mu * Math.log(0.5) / Math.log(to);
    return Math.pow(0.5, 1 / half);
  }
}
