package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Launch;
import dev.simoom.tensor.graph.GraphCompiler;
import dev.simoom.tensor.graph.Node;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fusing and placing a training step takes time in proportion to its size, nearly. */
class CompileTimeTest {
  private record NoBackend(String name) implements Backend {
    @Override
    public Executable compile(List<Launch> launches) {
      return new Executable() {
        @Override
        public void run(Buffer... slots) {
          throw new UnsupportedOperationException("only compiled, to see how long that takes");
        }

        @Override
        public void close() {}
      };
    }
  }

  private static Tensor normalise(Tensor x, Tensor gain) {
    Tensor centred = x.sub(x.meanKeep(-1));
    return centred.mul(centred.square().meanKeep(-1).add(1e-5).rsqrt()).mul(gain);
  }

  /** Milliseconds of processor time to compile a training step of so many blocks. */
  private static double compile(int blocks) {
    List<Variable> weights = new ArrayList<>();
    for (int i = 0; i < blocks; i++) {
      weights.add(Variable.zeros("w" + i, Shape.of(64, 64), DType.F32));
      weights.add(Variable.zeros("g" + i, Shape.of(64), DType.F32));
    }
    List<Node> results = new ArrayList<>();
    Trace trace = new Trace();
    trace.record(
        () -> {
          Tensor x = Tensor.ones(Shape.of(512, 64)).add(weights.get(1).value());
          for (int i = 0; i < blocks; i++) {
            Tensor gain = weights.get(2 * i + 1).value();
            x = x.add(normalise(x, gain).matmul(weights.get(2 * i).value()).gelu());
          }
          List<Tensor> values = weights.stream().map(Variable::value).toList();
          List<Tensor> gradients = x.square().mean().gradients(values);
          for (int i = 0; i < weights.size(); i++) {
            weights.get(i).assign(values.get(i).sub(gradients.get(i).mul(0.1)));
          }
          results.add(x.sum().node());
        });
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    GraphCompiler.compile(new NoBackend("none"), results, trace.assigned(), 0).close();
    long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    weights.forEach(Variable::close);
    return (after - before) / 1e6;
  }

  @Test
  void twiceTheStepTakesLittleMoreThanTwiceTheTime() {
    compile(10);
    compile(10);
    double small = Math.min(compile(10), compile(10));
    double large = compile(30);
    assertThat(large / small).as("%s ms for 30 blocks, %s for 10", large, small).isLessThan(6);
  }
}
