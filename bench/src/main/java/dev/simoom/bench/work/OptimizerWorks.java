package dev.simoom.bench.work;

import dev.simoom.optim.AdEMAMix;
import dev.simoom.optim.Adam;
import dev.simoom.optim.AdamW;
import dev.simoom.optim.Lion;
import dev.simoom.optim.Optimizer;
import dev.simoom.optim.OptimizerOptions;
import dev.simoom.optim.ParameterGroup;
import dev.simoom.optim.Sgd;
import dev.simoom.optim.SimplifiedAdEMAMix;
import dev.simoom.optim.StateFormat;
import dev.simoom.optim.UpdateRule;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** The update of one flat group of parameters. */
final class OptimizerWorks {
  private static final int SMALL = 8 << 20;
  private static final int LARGE = 64 << 20;
  private static final double RATE = 1e-3;
  private static final double DECAY = 0.01;

  private OptimizerWorks() {}

  static List<Work> all() {
    List<IntFunction<Work>> rules =
        List.of(
            OptimizerWorks::adEMAMix,
            OptimizerWorks::adamW,
            OptimizerWorks::adam,
            OptimizerWorks::sgd,
            OptimizerWorks::lion,
            OptimizerWorks::simplifiedAdEMAMix);
    List<Work> all = new ArrayList<>();
    for (IntFunction<Work> rule : rules) {
      all.add(rule.apply(1 << 20));
      all.add(rule.apply(SMALL).brief(true));
      all.add(rule.apply(LARGE));
    }
    all.add(adEMAMix("m2 in BF16", StateFormat.slowBf16(1), 32));
    all.add(adEMAMix("BF16", StateFormat.bf16(1), 24));
    all.add(adEMAMix("8-bit", StateFormat.blockwise8Bit(), 18 + 24.0 / 256));
    return all;
  }

  static List<Work> onDevice() {
    return List.of(adEMAMix(LARGE), adamW(LARGE));
  }

  private static Work adEMAMix(int parameters) {
    UpdateRule rule = AdEMAMix.defaults().withLearningRate(RATE).withWeightDecay(DECAY);
    return work("AdEMAMix", rule, parameters, 36).against(Work.EAGER, Work.COMPILED);
  }

  /** The same with moments in another format, which PyTorch has no optimizer for. */
  private static Work adEMAMix(String moments, StateFormat format, double bytesEach) {
    UpdateRule rule = AdEMAMix.defaults().withLearningRate(RATE).withWeightDecay(DECAY);
    String label = "AdEMAMix " + moments;
    return work(label, rule, OptimizerOptions.none().withState(format), SMALL, bytesEach).against();
  }

  private static Work adamW(int parameters) {
    UpdateRule rule = AdamW.defaults().withLearningRate(RATE).withWeightDecay(DECAY);
    return work("AdamW", rule, parameters, 28);
  }

  private static Work adam(int parameters) {
    UpdateRule rule = Adam.defaults().withLearningRate(RATE).withWeightDecay(DECAY);
    return work("Adam", rule, parameters, 28);
  }

  /** With momentum; without decay, which PyTorch's would add to the gradient. */
  private static Work sgd(int parameters) {
    UpdateRule rule = Sgd.defaults().withLearningRate(RATE).withMomentum(0.9);
    return work("SGD", rule, parameters, 20);
  }

  private static Work lion(int parameters) {
    UpdateRule rule = Lion.defaults().withLearningRate(RATE).withWeightDecay(DECAY);
    return work("Lion", rule, parameters, 20).against(Work.EAGER, Work.COMPILED);
  }

  private static Work simplifiedAdEMAMix(int parameters) {
    UpdateRule rule =
        SimplifiedAdEMAMix.defaults().withAlpha(5).withLearningRate(RATE).withWeightDecay(DECAY);
    return work("simplified AdEMAMix", rule, parameters, 28).against(Work.EAGER, Work.COMPILED);
  }

  private static Work work(String label, UpdateRule rule, int parameters, int bytesEach) {
    return work(label, rule, OptimizerOptions.none(), parameters, bytesEach);
  }

  private static Work work(
      String label, UpdateRule rule, OptimizerOptions options, int parameters, double bytesEach) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("op", "optimizer");
    spec.put("rule", label);
    spec.put("parameters", parameters);
    spec.put("rate", RATE);
    spec.put("decay", rule.weightDecay());
    String name = label + " step " + (parameters >> 20) + " M";
    return Work.of(Family.OPTIMIZER, name, spec, Traced.of(() -> plan(rule, options, parameters)))
        .costing(0, bytesEach * parameters)
        .checked(3, 1e-4);
  }

  private static Traced.Plan plan(UpdateRule rule, OptimizerOptions options, int parameters) {
    Variable parameter = Numbers.variable("parameter", 1, 1, parameters);
    Variable gradient = Numbers.variable("gradient", 2, 1, parameters);
    Optimizer optimizer = Optimizer.of(rule, List.of(ParameterGroup.of(parameter)), options);
    return new Traced.Plan(
        List.of(),
        List.of(optimizer, parameter, gradient),
        none -> {
          optimizer.step(List.of(gradient.value()));
          return List.of();
        },
        _ -> List.of(parameter.value()));
  }

  /** AdEMAMix without ramps, on gradients clipped to 1, as steps of whole models have it. */
  static Optimizer clipped(
      Map<String, Variable> parameters, double rate, double alpha, double decay) {
    AdEMAMix rule =
        AdEMAMix.defaults()
            .withLearningRate(rate)
            .withBetas(0.9, 0.99, 0.999)
            .withAlpha(alpha)
            .withWeightDecay(decay);
    return Optimizer.of(
        rule, ParameterGroup.withDecayMask(parameters), OptimizerOptions.none().withClipNorm(1));
  }
}
