package dev.simoom.optim;

/**
 * AdEMAMix in plain double arithmetic, written from algorithm 1 and the schedulers of arXiv
 * 2409.03137 with no use of the tensor code: what the optimizer is held against. With alpha 0 it is
 * AdamW.
 */
final class ReferenceAdEMAMix {
  private final double rate;
  private final double beta1;
  private final double beta2;
  private final double beta3;
  private final double alpha;
  private final int ramp;
  private final double decay;
  private final double[] theta;
  private final double[] m1;
  private final double[] m2;
  private final double[] nu;
  private int t;

  ReferenceAdEMAMix(
      double[] theta,
      double rate,
      double beta1,
      double beta2,
      double beta3,
      double alpha,
      int ramp,
      double decay) {
    this.theta = theta.clone();
    this.rate = rate;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.beta3 = beta3;
    this.alpha = alpha;
    this.ramp = ramp;
    this.decay = decay;
    this.m1 = new double[theta.length];
    this.m2 = new double[theta.length];
    this.nu = new double[theta.length];
  }

  void step(float[] gradient) {
    t++;
    double a = alpha;
    double b3 = beta3;
    if (ramp > 0) {
      a = Math.min(t * alpha / ramp, alpha);
      double mu = Math.min(1, t / (double) ramp);
      // Half-lives, not the closed form: the weight's halving time grows in a straight line.
      double first = beta1 == 0 ? 0 : Math.log(0.5) / Math.log(beta1);
      double last = Math.log(0.5) / Math.log(beta3);
      b3 = Math.min(Math.pow(0.5, 1 / ((1 - mu) * first + mu * last)), beta3);
    }
    for (int i = 0; i < theta.length; i++) {
      double g = gradient[i];
      m1[i] = beta1 * m1[i] + (1 - beta1) * g;
      m2[i] = b3 * m2[i] + (1 - b3) * g;
      nu[i] = beta2 * nu[i] + (1 - beta2) * g * g;
      double m1Hat = m1[i] / (1 - Math.pow(beta1, t));
      double nuHat = nu[i] / (1 - Math.pow(beta2, t));
      theta[i] -= rate * ((m1Hat + a * m2[i]) / (Math.sqrt(nuHat) + 1e-8) + decay * theta[i]);
    }
  }

  double[] theta() {
    return theta;
  }
}
