///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Learns the sine from 256 points: after mvn install, jbang examples/Sine.java
//JAVA 25+
//DEPS dev.simoom:simoom-nn:0.1.0-SNAPSHOT
//DEPS dev.simoom:simoom-optim:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED

import dev.simoom.kernels.DType;
import dev.simoom.nn.Activation;
import dev.simoom.nn.Linear;
import dev.simoom.nn.Losses;
import dev.simoom.nn.Sequential;
import dev.simoom.optim.AdamW;
import dev.simoom.optim.Optimizer;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;

final class Sine {
  public static void main(String[] args) {
    Tensor steps = Tensor.arange(256).cast(DType.F32);
    Tensor x = steps.mul(2 * Math.PI / 255).sub(Math.PI).reshape(256, 1);
    Tensor y = x.sin();
    RandomStream random = new RandomStream(1);
    Sequential net =
        Sequential.of(
            Linear.create(1, 32, random), Activation.TANH, Linear.create(32, 1, random));
    Optimizer optimizer =
        Optimizer.of(AdamW.defaults().withLearningRate(0.02), net.parameters());
    Program step =
        Program.of(
            (inputs, targets) -> {
              Tensor loss = Losses.meanSquaredError(net.forward(inputs, true), targets);
              optimizer.minimize(loss);
              return loss;
            });
    for (int i = 1; i <= 400; i++) {
      double loss = step.run(x, y).item();
      if (i % 100 == 0) {
        System.out.printf("step %d: mean squared error %.6f%n", i, loss);
      }
    }
  }
}
