package dev.simoom.models.sae;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Logistic regressions on one variable each, many side by side, by Newton-Raphson: what is added up
 * over the observations is one program for all of them, the steps are made on the host in double.
 */
final class LogisticFit {
  /** A step is halved where it makes the loss greater, so far more than are ever needed. */
  private static final int MOST_EVALUATIONS = 60;

  /** What Newton's model says is left to gain where it is not worth a step, in nats. */
  private static final double CLOSE = 1e-8;

  /** A promised gain that a mean of F32 numbers may hide. */
  private static final double HIDDEN = 1e-6;

  /** A variable that separates the answers has no best slope; its loss is as good as 0 here. */
  private static final double SEPARATED = 1e-5;

  private static final double LEAST_DEVIATION = 1e-12;

  /** One regression, on the variable less its mean and over its deviation. */
  private static final class State {
    double slope;
    double offset;
    double loss = Double.POSITIVE_INFINITY;
    double slopeStep;
    double offsetStep;
    double gain = Double.POSITIVE_INFINITY;
    boolean done;

    double slopeToTry() {
      return slope + slopeStep;
    }

    double offsetToTry() {
      return offset + offsetStep;
    }

    /** Takes the step if it gains, and chooses the next one. */
    void evaluated(double at, double bySlope, double byOffset, double ss, double so, double oo) {
      if (!(at <= loss)) {
        slopeStep /= 2;
        offsetStep /= 2;
        gain /= 2;
        done = gain < HIDDEN;
        return;
      }
      slope = slopeToTry();
      offset = offsetToTry();
      loss = at;
      double determinant = ss * oo - so * so;
      slopeStep = -(oo * bySlope - so * byOffset) / determinant;
      offsetStep = -(ss * byOffset - so * bySlope) / determinant;
      gain = -(slopeStep * bySlope + offsetStep * byOffset) / 2;
      done = !(determinant > 0) || !(gain > CLOSE) || loss < SEPARATED;
    }
  }

  private LogisticFit() {}

  /**
   * The least mean cross-entropy of each regression, in nats.
   *
   * @param variables F32 [tasks, variables, observations]
   * @param answers 1 or 0, F32 [tasks, 1, observations]
   */
  static double[] losses(Tensor variables, Tensor answers) {
    Shape each = Shape.of(variables.shape().extent(0), variables.shape().extent(1), 1);
    State[] states = new State[Math.toIntExact(each.elements())];
    try (Scope _ = Scope.open();
        Program sums = Program.ofMany(in -> sums(in.get(0), in.get(1), in.get(2), in.get(3)))) {
      Tensor z = standardised(variables);
      start(states, answers.mean(-1).toFloatArray());
      for (int i = 0; i < MOST_EVALUATIONS && Arrays.stream(states).anyMatch(s -> !s.done); i++) {
        try (Scope _ = Scope.open()) {
          Tensor slopes = Tensor.of(each, floats(states, true));
          Tensor offsets = Tensor.of(each, floats(states, false));
          take(states, sums.runAll(z, answers, slopes, offsets));
        }
      }
    }
    return Arrays.stream(states).mapToDouble(s -> s.loss).toArray();
  }

  /** The best offset of a slope of 0 is where the first step begins. */
  private static void start(State[] states, float[] shares) {
    int each = states.length / shares.length;
    for (int i = 0; i < states.length; i++) {
      double share = shares[i / each];
      states[i] = new State();
      states[i].offset = StrictMath.log(share / (1 - share));
    }
  }

  private static Tensor standardised(Tensor variables) {
    try (Scope scope = Scope.open()) {
      Tensor centred = variables.sub(variables.meanKeep(-1));
      Tensor deviation = centred.square().meanKeep(-1).sqrt();
      return scope.keep(centred.div(deviation.maximum(Tensor.scalar(LEAST_DEVIATION))));
    }
  }

  /** Means over the observations: of the loss, its gradient, and its second derivatives. */
  private static List<Tensor> sums(Tensor z, Tensor y, Tensor slopes, Tensor offsets) {
    Tensor a = z.mul(slopes).add(offsets);
    Tensor p = a.sigmoid();
    Tensor error = p.sub(y);
    Tensor weight = p.mul(p.neg().add(1));
    return List.of(
        a.softplus().sub(a.mul(y)).mean(-1),
        error.mul(z).mean(-1),
        error.mean(-1),
        weight.mul(z.square()).mean(-1),
        weight.mul(z).mean(-1),
        weight.mean(-1));
  }

  private static float[] floats(State[] states, boolean slopes) {
    float[] values = new float[states.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (slopes ? states[i].slopeToTry() : states[i].offsetToTry());
    }
    return values;
  }

  private static void take(State[] states, List<Tensor> sums) {
    float[][] m = sums.stream().map(Tensor::toFloatArray).toArray(float[][]::new);
    for (int i = 0; i < states.length; i++) {
      if (!states[i].done) {
        states[i].evaluated(m[0][i], m[1][i], m[2][i], m[3][i], m[4][i], m[5][i]);
      }
    }
  }
}
