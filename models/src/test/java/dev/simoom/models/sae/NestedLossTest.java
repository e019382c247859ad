package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Losses that have several reconstructions of a row in them, Multi-TopK and Matryoshka, against the
 * dense evaluation in double, one for each.
 */
class NestedLossTest {
  private static final int WIDTH = 12;
  private static final int LATENTS = 40;
  private static final int BATCH = 16;
  private static final int K = 3;
  private static final int K_AUX = 6;
  private static final double SCALE = 1.7;
  private static final double AUX = 1.0 / 32;
  private static final int LIMIT = 100;

  private final SaeConfig config =
      SaeConfig.topK(WIDTH, LATENTS, K).withNormalisation(Normalisation.NONE);
  private final SaeTraining training =
      SaeTraining.defaults(config, BATCH, 100).withDeadAfterTokens(LIMIT).withAux(K_AUX, AUX);
  private final Tensor x = new RandomStream(6).normal(Shape.of(BATCH, WIDTH));

  private static int[] silence(int silent) {
    int[] tokens = new int[LATENTS];
    Arrays.fill(tokens, 0, silent, LIMIT);
    return tokens;
  }

  /** Loss and gradients of a traced step against those expected. */
  private void check(
      SparseAutoencoder sae,
      int[] silence,
      DenseSae.Pass expected,
      BiFunction<Tensor, Tensor, SaeLoss> losses) {
    try (Program program =
        Program.ofMany(
            in -> {
              SaeLoss loss = losses.apply(in.get(0), in.get(1));
              List<Tensor> by = new ArrayList<>();
              sae.parameters().values().forEach(p -> by.add(p.value()));
              List<Tensor> all = new ArrayList<>(loss.total().gradients(by));
              all.addAll(List.of(loss.total(), loss.reconstruction(), loss.auxiliary()));
              all.add(loss.dead());
              return all;
            })) {
      List<Tensor> actual = program.runAll(x, Tensor.ofInts(Shape.of(LATENTS), silence));
      SaeLossTest.same(actual.get(0), DenseSae.flat(expected.encoderGradient));
      SaeLossTest.same(actual.get(1), expected.biasGradient);
      SaeLossTest.same(actual.get(2), DenseSae.flat(expected.decoderGradient));
      SaeLossTest.same(actual.get(3), expected.preBiasGradient);
      SaeLossTest.same(actual.get(4), expected.total);
      SaeLossTest.same(actual.get(5), expected.main);
      SaeLossTest.same(actual.get(6), expected.auxiliary);
      assertThat(actual.get(7).toIntArray()).containsExactly(expected.dead);
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 0, 0", "3, 3, 6", "3, 25, 6", "15, 0, 0", "15, 25, 6"})
  void multiTopKAddsAnEighthOfTheErrorAtFourTimesK(int k, int silent, int revived) {
    try (SparseAutoencoder sae = SaeLossTest.random(config, 5)) {
      double[][] rows = DenseSae.rows(x);
      DenseSae dense = new DenseSae(sae, k, K_AUX, SCALE, AUX);
      boolean[] dead = SaeLossTest.dead(silence(silent), dense.encode(rows), BATCH, LIMIT);
      DenseSae.Pass expected = dense.pass(rows, dead);
      DenseSae wide = new DenseSae(sae, Math.min(4 * k, LATENTS), 0, SCALE, 0);
      DenseSae.add(expected, wide.pass(rows, new boolean[LATENTS]), 1.0 / 8);
      Sparsity.TopK multi = new Sparsity.TopK(k, true);
      check(
          sae,
          silence(silent),
          expected,
          (in, before) -> new SaeBatch(sae, training, SCALE, in, before).topK(multi, revived));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 40})
  void matryoshkaIsTheMeanOfTheErrorsOfItsPrefixes(int silent) {
    List<Integer> prefixes = List.of(5, 17, LATENTS);
    try (SparseAutoencoder sae = SaeLossTest.random(config, 5)) {
      double[][] rows = DenseSae.rows(x);
      double share = 1.0 / prefixes.size();
      DenseSae dense = new DenseSae(sae, K, K_AUX, SCALE, AUX / share, true);
      boolean[] dead = SaeLossTest.dead(silence(silent), dense.encode(rows), BATCH, LIMIT);
      DenseSae.Pass expected = dense.pass(rows, dead);
      DenseSae.add(expected, expected, share - 1);
      double least = expected.main;
      for (int prefix : prefixes.subList(0, 2)) {
        DenseSae inner = new DenseSae(sae, K, 0, SCALE, 0, true);
        inner.decoded = prefix;
        DenseSae.Pass part = inner.pass(rows, new boolean[LATENTS]);
        DenseSae.add(expected, part, share);
        assertThat(part.main).isNotEqualTo(least);
      }
      int revived = silent == 0 ? 0 : K_AUX;
      check(
          sae,
          silence(silent),
          expected,
          (in, before) ->
              new SaeBatch(sae, training, SCALE, in, before).batchTopK(K, prefixes, revived));
    }
  }

  @Test
  void aPrefixOfACodeIsWhatItsLatentsAloneReconstruct() {
    try (SparseAutoencoder sae = SaeLossTest.random(config, 9)) {
      SparseCode code = sae.encodeNormalised(x);
      DenseSae dense = new DenseSae(sae, K, 0, 1, 0);
      dense.decoded = 17;
      DenseSae.Pass pass = dense.pass(DenseSae.rows(x), new boolean[LATENTS]);
      SaeLossTest.same(sae.decode(code.prefix(17)), DenseSae.flat(pass.output));
    }
  }

  @Test
  void halvesGoDownToASixteenth() {
    assertThat(Sparsity.Matryoshka.halves(2, 1024).prefixes())
        .containsExactly(64, 128, 256, 512, 1024);
    assertThat(Sparsity.Matryoshka.halves(2, 5).prefixes()).containsExactly(1, 2, 5);
  }

  @Test
  void prefixesThatDoNotNestAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sparsity.Matryoshka(1, List.of(4, 4)))
        .withMessageContaining("[4, 4]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sparsity.Matryoshka(1, List.of()))
        .withMessageContaining("at least one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withSparsity(new Sparsity.Matryoshka(1, List.of(4, 39))))
        .withMessageContaining("all 40 latents, got [4, 39]");
  }
}
