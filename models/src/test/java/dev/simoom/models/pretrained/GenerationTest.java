package dev.simoom.models.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.models.lm.LanguageModel;
import dev.simoom.models.lm.TextGenerator;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Logits from kept keys and values against those of the whole window. */
final class GenerationTest {
  @TempDir Path folder;

  /** A model that keeps nothing. */
  private record Forgetful(LanguageModel model) implements LanguageModel {
    @Override
    public int vocabulary() {
      return model.vocabulary();
    }

    @Override
    public int context() {
      return model.context();
    }

    @Override
    public int width() {
      return model.width();
    }

    @Override
    public int layers() {
      return model.layers();
    }

    @Override
    public Tensor residual(Tensor ids, int layer) {
      return model.residual(ids, layer);
    }

    @Override
    public Tensor logitsFrom(Tensor residual, int layer) {
      return model.logitsFrom(residual, layer);
    }

    @Override
    public Tensor directEffect(Tensor directions) {
      return model.directEffect(directions);
    }

    @Override
    public SequencedMap<String, Variable> parameters() {
      return model.parameters();
    }
  }

  /** Beyond a step of the room's size, 32, and beyond the context. */
  @ParameterizedTest
  @EnumSource
  void keptKeysChangeNothing(TinyModels kind) throws IOException {
    kind.write(folder);
    try (LanguageModel model = PretrainedModel.open(folder);
        TextGenerator keeping = new TextGenerator(model);
        TextGenerator forgetting = new TextGenerator(new Forgetful(model))) {
      int[] ids = PretrainedModelTest.ids(7, model.context() + 3);
      List<Integer> text = new ArrayList<>(Arrays.stream(ids, 0, 5).boxed().toList());
      assertAlike(keeping, forgetting, text);
      for (int i = 5; i < ids.length; i++) {
        text.add(ids[i]);
        assertAlike(keeping, forgetting, text);
      }
    }
  }

  /** The same text again, another end, a shorter one, some tokens at once, another text. */
  @ParameterizedTest
  @EnumSource(names = {"GPT2", "QWEN3"})
  void anyTextMayFollowAnother(TinyModels kind) throws IOException {
    kind.write(folder);
    try (LanguageModel model = PretrainedModel.open(folder);
        TextGenerator keeping = new TextGenerator(model);
        TextGenerator forgetting = new TextGenerator(new Forgetful(model))) {
      List<Integer> ids = Arrays.stream(PretrainedModelTest.ids(8, 20)).boxed().toList();
      assertAlike(keeping, forgetting, ids.subList(0, 12));
      assertAlike(keeping, forgetting, ids.subList(0, 12));
      List<Integer> other = new ArrayList<>(ids.subList(0, 13));
      other.set(11, (other.get(11) + 1) % TinyModels.VOCABULARY);
      assertAlike(keeping, forgetting, other);
      assertAlike(keeping, forgetting, ids.subList(0, 9));
      assertAlike(keeping, forgetting, ids.subList(0, 11));
      assertAlike(keeping, forgetting, ids.subList(0, 20));
      assertAlike(keeping, forgetting, ids.subList(4, 8));
      assertAlike(keeping, forgetting, ids.subList(4, 5));
    }
  }

  private static void assertAlike(
      TextGenerator keeping, TextGenerator forgetting, List<Integer> text) {
    float[] expected = forgetting.next(text);
    float[] actual = keeping.next(text);
    float largest = 0;
    for (float v : expected) {
      largest = Math.max(largest, Math.abs(v));
    }
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i])
          .as("logit %d after %d tokens", i, text.size())
          .isCloseTo(expected[i], within(1e-5f * largest));
    }
  }
}
