package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.graph.CompileEffort;
import dev.simoom.tensor.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Deciding what is fused takes work in proportion to the size of a training step. */
class CompileEffortTest {
  private static final long WIDTH = 32;

  /** What a block has; their places in the list of variables. */
  private enum Weight {
    QUERY(WIDTH, WIDTH),
    KEY(WIDTH, WIDTH),
    VALUE(WIDTH, WIDTH),
    OUT(WIDTH, WIDTH),
    GAIN(WIDTH),
    WIDEN(WIDTH, 4 * WIDTH),
    BIAS(4 * WIDTH),
    NARROW(4 * WIDTH, WIDTH);

    private final Shape shape;

    Weight(long... extents) {
      shape = Shape.of(extents);
    }
  }

  private static Tensor normalise(Tensor x, Tensor gain) {
    Tensor centred = x.sub(x.meanKeep(-1));
    return centred.mul(centred.square().meanKeep(-1).add(1e-5).rsqrt()).mul(gain);
  }

  private static Tensor block(Tensor x, List<Tensor> weights, boolean fused) {
    Tensor y = normalise(x, weights.get(Weight.GAIN.ordinal()));
    Tensor q = y.matmul(weights.get(Weight.QUERY.ordinal()));
    Tensor k = y.matmul(weights.get(Weight.KEY.ordinal()));
    Tensor v = y.matmul(weights.get(Weight.VALUE.ordinal()));
    Tensor seen =
        fused
            ? Tensor.scaledDotProductAttention(q, k, v, true)
            : q.matmul(k.transpose()).mul(0.2).softmax(-1).matmul(v);
    Tensor sum = x.add(seen.matmul(weights.get(Weight.OUT.ordinal())));
    Tensor wide = normalise(sum, weights.get(Weight.GAIN.ordinal()));
    Tensor hidden = wide.matmul(weights.get(Weight.WIDEN.ordinal()));
    Tensor active = hidden.add(weights.get(Weight.BIAS.ordinal())).gelu();
    return sum.add(active.matmul(weights.get(Weight.NARROW.ordinal())));
  }

  private static double visitsPerValue(int blocks, boolean fusedAttention) {
    List<Variable> variables = new ArrayList<>();
    for (int i = 0; i < blocks; i++) {
      for (Weight weight : Weight.values()) {
        variables.add(Variable.zeros(weight + "" + i, weight.shape, DType.F32));
      }
    }
    int each = Weight.values().length;
    List<Node> results = new ArrayList<>();
    Trace trace = new Trace();
    trace.record(
        () -> {
          List<Tensor> values = variables.stream().map(Variable::value).toList();
          Tensor x = Tensor.ones(Shape.of(4, 128, WIDTH)).add(values.get(Weight.GAIN.ordinal()));
          for (int i = 0; i < blocks; i++) {
            x = block(x, values.subList(i * each, (i + 1) * each), fusedAttention);
          }
          Tensor loss = x.square().mean();
          List<Tensor> gradients = loss.gradients(values);
          for (int i = 0; i < variables.size(); i++) {
            variables.get(i).assign(values.get(i).sub(gradients.get(i).mul(0.1)));
          }
          results.add(loss.node());
        });
    double visits = CompileEffort.visitsPerValue(results, trace.assigned());
    variables.forEach(Variable::close);
    return visits;
  }

  @Test
  void eachValueIsLookedAtAsOftenInALargeStepAsInASmallOne() {
    for (boolean fusedAttention : List.of(true, false)) {
      double[] visits =
          IntStream.of(2, 4, 8, 16).mapToDouble(n -> visitsPerValue(n, fusedAttention)).toArray();
      assertThat(visits[0]).isGreaterThan(1);
      for (double perValue : visits) {
        assertThat(perValue)
            .as("per value, for 2, 4, 8, 16 blocks: %s", Arrays.toString(visits))
            .isLessThan(1.5 * visits[0]);
      }
    }
  }
}
