package dev.simoom.models.genie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.kernels.DType;
import dev.simoom.nn.Quantizer;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each model sees, and what it must not see. */
final class GenieModelsTest {
  /** The same clip with other content from a frame on. */
  private static Tensor changedFrom(Tensor clip, int frame, Tensor other) {
    long frames = clip.shape().extent(1);
    return Tensor.concat(1, clip.slice(1, 0, frame), other.slice(1, frame, frames));
  }

  private static float[] before(Tensor x, int frame) {
    return x.slice(1, 0, frame).toFloatArray();
  }

  private static float[] at(Tensor x, int frame) {
    return x.select(1, frame).toFloatArray();
  }

  @Test
  void tokensAndReconstructionDependOnNoLaterFrame() {
    try (VideoTokenizer tokenizer = Tiny.tokenizer(1)) {
      Tensor clip = Tiny.patches(1, 2, 4);
      Tensor changed = changedFrom(clip, 2, Tiny.patches(2, 2, 4));
      assertThat(tokenizer.encode(changed).slice(1, 0, 2).toIntArray())
          .isEqualTo(tokenizer.encode(clip).slice(1, 0, 2).toIntArray());
      assertThat(tokenizer.encode(changed).select(1, 2).toIntArray())
          .isNotEqualTo(tokenizer.encode(clip).select(1, 2).toIntArray());
      Tensor codes = Tiny.codes(3, 2, 4);
      Tensor others = changedFrom(codes, 2, Tiny.codes(4, 2, 4));
      assertThat(before(tokenizer.decode(others), 2)).isEqualTo(before(tokenizer.decode(codes), 2));
      assertThat(at(tokenizer.decode(others), 2)).isNotEqualTo(at(tokenizer.decode(codes), 2));
    }
  }

  @Test
  void forwardIsEncodeAndDecode() {
    try (VideoTokenizer tokenizer = Tiny.tokenizer(1)) {
      Tensor clip = Tiny.patches(1, 2, 4);
      VideoTokenizer.Pass pass = tokenizer.forward(clip, false);
      Tensor codes = tokenizer.encode(clip);
      assertThat(pass.quantized().indices().toIntArray()).isEqualTo(codes.toIntArray());
      assertThat(pass.reconstruction().toFloatArray())
          .isEqualTo(tokenizer.decode(codes).toFloatArray());
      assertThat(pass.reconstruction().shape()).isEqualTo(clip.shape());
    }
  }

  /** The action between frames t and t + 1 is read from frames up to t + 1 and no later one. */
  @Test
  void actionsAreReadAtTheFrameTheyLeadTo() {
    try (LatentActionModel model = Tiny.actions(1)) {
      Tensor clip = Tiny.patches(1, 2, 4);
      Tensor changed = changedFrom(clip, 2, Tiny.patches(2, 2, 4));
      Tensor latents = model.latents(clip, false);
      assertThat(latents.shape()).isEqualTo(Shape.of(2, 3, 8));
      assertThat(before(model.latents(changed, false), 1)).isEqualTo(before(latents, 1));
      assertThat(at(model.latents(changed, false), 1)).isNotEqualTo(at(latents, 1));
    }
  }

  /** With the action given, the decoder's frame t + 1 does not change with the true one. */
  @Test
  void theDecoderKnowsTheNextFrameByTheActionAlone() {
    try (LatentActionModel model = Tiny.actions(1)) {
      Tensor clip = Tiny.patches(1, 2, 3);
      Tensor changed = changedFrom(clip, 2, Tiny.patches(2, 2, 3));
      Tensor actions = model.quantizer().lookup(Tiny.ints(5, Tiny.ACTIONS, Shape.of(2, 3)));
      assertThat(before(model.predict(changed, actions, false), 2))
          .isEqualTo(before(model.predict(clip, actions, false), 2));
      Tensor others = changedFrom(actions, 1, new RandomStream(7).normal(actions.shape()));
      Tensor predicted = model.predict(clip, others, false);
      assertThat(before(predicted, 1)).isEqualTo(before(model.predict(clip, actions, false), 1));
      assertThat(at(predicted, 1)).isNotEqualTo(at(model.predict(clip, actions, false), 1));
    }
  }

  /** Action t belongs between frames t and t + 1: it changes the logits of t + 1, not of t. */
  @ParameterizedTest
  @EnumSource(ActionInput.class)
  void anActionMovesTheFrameAfterIt(ActionInput input) {
    try (DynamicsModel model = Tiny.dynamics(1, input)) {
      Tensor tokens = Tiny.codes(1, 2, 4);
      Tensor actions = new RandomStream(2).normal(Shape.of(2, 3, 8));
      Tensor others = changedFrom(actions, 1, new RandomStream(3).normal(Shape.of(2, 3, 8)));
      Tensor logits = model.logits(tokens, actions, false);
      assertThat(logits.shape()).isEqualTo(Shape.of(2, 4, 6, Tiny.CODES));
      Tensor moved = model.logits(tokens, others, false);
      assertThat(before(moved, 2)).isEqualTo(before(logits, 2));
      assertThat(at(moved, 2)).isNotEqualTo(at(logits, 2));
    }
  }

  @Test
  void logitsDependOnNoLaterFrame() {
    try (DynamicsModel model = Tiny.dynamics(1, ActionInput.ADD)) {
      Tensor tokens = Tiny.codes(1, 2, 4);
      Tensor changed = changedFrom(tokens, 2, Tiny.codes(9, 2, 4));
      Tensor actions = new RandomStream(2).normal(Shape.of(2, 3, 8));
      assertThat(before(model.logits(changed, actions, false), 2))
          .isEqualTo(before(model.logits(tokens, actions, false), 2));
    }
  }

  /** The loss is the mean over masked codes of what the masked clip makes of them. */
  @Test
  void theLossCountsMaskedCodesAndTheyAreHidden() {
    try (DynamicsModel model = Tiny.dynamics(1, ActionInput.ADD)) {
      Tensor tokens = Tiny.codes(1, 2, 4);
      Tensor actions = new RandomStream(2).normal(Shape.of(2, 3, 8));
      Tensor masked = DynamicsTrainer.masked(tokens.shape(), 0.5, 0, new RandomStream(3));
      Tensor shown =
          Tensor.where(masked, Tensor.full(Shape.SCALAR, tokens.dtype(), model.mask()), tokens);
      float[] logits = model.logits(shown, actions, false).toFloatArray();
      int[] truth = tokens.toIntArray();
      int[] hidden = masked.cast(tokens.dtype()).toIntArray();
      double sum = 0;
      int count = 0;
      for (int i = 0; i < truth.length; i++) {
        if (hidden[i] == 1) {
          double total = 0;
          for (int c = 0; c < Tiny.CODES; c++) {
            total += Math.exp(logits[i * Tiny.CODES + c]);
          }
          sum += Math.log(total) - logits[i * Tiny.CODES + truth[i]];
          count++;
        }
      }
      assertThat((double) model.loss(tokens, masked, actions, false).item())
          .isCloseTo(sum / count, within(1e-5));
    }
  }

  @Test
  void theDynamicsLossLeavesTheActionsAsTheyAre() {
    try (DynamicsModel model = Tiny.dynamics(1, ActionInput.ADD);
        LatentActionModel actionModel = Tiny.actions(2)) {
      Quantizer actions = actionModel.quantizer();
      List<Variable> variables = new ArrayList<>(actionModel.parameters().values());
      List<Tensor> values = variables.stream().map(Variable::value).toList();
      Tensor vectors = actions.lookup(Tiny.ints(5, Tiny.ACTIONS, Shape.of(2, 3))).stopGradient();
      Tensor tokens = Tiny.codes(1, 2, 4);
      Tensor masked = DynamicsTrainer.masked(tokens.shape(), 0.5, 0, new RandomStream(3));
      for (Tensor gradient : model.loss(tokens, masked, vectors, true).gradients(values)) {
        assertThat(gradient.toFloatArray()).containsOnly(0);
      }
    }
  }

  @Test
  void threeQuartersAreMaskedAndNeverTheFirstFrame() {
    RandomStream random = new RandomStream(4);
    long masked = 0;
    long all = 0;
    for (int draw = 0; draw < 50; draw++) {
      Tensor mask = DynamicsTrainer.masked(Shape.of(200, 5, 6), 0.5, 0, random);
      Tensor ones = mask.cast(DType.F32);
      assertThat(ones.select(1, 0).sum().item()).isZero();
      masked += (long) ones.sum().item();
      all += 200 * 4 * 6;
    }
    assertThat((double) masked / all).isBetween(0.74, 0.76);
  }

  /** Of clips with a clean past, frames before a random one are whole, and some frame is masked. */
  @Test
  void aCleanPastIsWhole() {
    Tensor mask = DynamicsTrainer.masked(Shape.of(300, 5, 40), 0.5, 1, new RandomStream(4));
    int[] ones = mask.cast(DType.I32).sum(-1).toIntArray();
    int[] starts = new int[5];
    for (int clip = 0; clip < 300; clip++) {
      int from = 0;
      while (from < 5 && ones[clip * 5 + from] == 0) {
        from++;
      }
      for (int t = from; t < 5; t++) {
        assertThat(ones[clip * 5 + t]).as("clip %d from %d at %d", clip, from, t).isPositive();
      }
      starts[from]++;
    }
    assertThat(starts[0]).isZero();
    for (int from = 1; from < 5; from++) {
      assertThat(starts[from]).isBetween(45, 105);
    }
  }

  @Test
  void someCodesAreToldWronglyButNoneOfTheFirstFrame() {
    Tensor tokens = Tensor.full(Shape.of(200, 5, 40), DType.I32, 7);
    int[] told = DynamicsTrainer.told(tokens, 8, 0.4, new RandomStream(5)).toIntArray();
    int[] wrong = new int[200];
    for (int i = 0; i < told.length; i++) {
      assertThat(told[i]).isBetween(0, 7);
      if (told[i] != 7) {
        assertThat(i / 40 % 5).as("frame").isPositive();
        wrong[i / 200]++;
      }
    }
    // A share from 0 to 0.4 of 160 codes, of which one in eight is right by chance.
    assertThat(Arrays.stream(wrong).average().orElseThrow()).isBetween(25.0, 31.0);
    assertThat(Arrays.stream(wrong).min().orElseThrow()).isLessThan(4);
    assertThat(Arrays.stream(wrong).max().orElseThrow()).isGreaterThan(50);
    assertThat(DynamicsTrainer.told(tokens, 8, 0, new RandomStream(5))).isSameAs(tokens);
  }

  @Test
  void codesToldWronglyAreNotWhatIsAskedFor() {
    try (DynamicsModel model = Tiny.dynamics(1, ActionInput.ADD)) {
      Tensor tokens = Tiny.codes(1, 20, 4);
      Tensor told = DynamicsTrainer.told(tokens, model.codes(), 1, new RandomStream(6));
      Tensor actions = new RandomStream(2).normal(Shape.of(20, 3, 8));
      Tensor masked = DynamicsTrainer.masked(tokens.shape(), 0.5, 1, new RandomStream(3));
      Tensor merged = Tensor.where(masked, tokens, told);
      float loss = model.loss(tokens, told, masked, actions, false).item();
      assertThat(loss).isEqualTo(model.loss(merged, masked, actions, false).item());
      assertThat(loss).isNotEqualTo(model.loss(tokens, masked, actions, false).item());
    }
  }
}
