package dev.simoom.nn;

import static dev.simoom.nn.Doubles.linear;
import static dev.simoom.nn.Doubles.rows;
import static dev.simoom.nn.Doubles.scrambled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.Kernel;
import dev.simoom.nn.MultiHeadAttention.HeadNorms;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heads that share keys against plain double code. */
final class GroupedQueryAttentionTest {
  private static final int WIDTH = 10;
  private static final Rope ROPE = Rope.of(4);

  private final RandomStream random = new RandomStream(5);

  private GroupedQueryAttention layer(int heads, int keyHeads, boolean norms) {
    GroupedQueryAttention plain =
        GroupedQueryAttention.create(WIDTH, heads, keyHeads, ROPE, random);
    return scrambled(
        new GroupedQueryAttention(
            plain.qkv(),
            plain.output(),
            heads,
            keyHeads,
            ROPE,
            norms ? HeadNorms.create(4) : null));
  }

  @ParameterizedTest
  @CsvSource({"4,4,false", "4,2,false", "4,1,false", "6,2,true"})
  void queriesReadTheKeysOfTheirGroup(int heads, int keyHeads, boolean norms) {
    try (GroupedQueryAttention layer = layer(heads, keyHeads, norms)) {
      Tensor x = Doubles.random(1, 2, 5, WIDTH);
      Tensor y = layer.forward(x);
      assertThat(y.shape()).isEqualTo(x.shape());
      Doubles.assertClose(y, attention(rows(x), 5, layer));
      if (norms) {
        GradientCheck.check(layer, x);
      }
    }
  }

  @Test
  void sharedKeysAreNotCopied() {
    try (GroupedQueryAttention layer = layer(6, 2, false);
        Program program = Program.of(input -> layer.forward(input))) {
      Tensor x = Doubles.random(1, 2, 5, WIDTH);
      program.run(x);
      List<Kernel> kernels = program.kernels();
      assertThat(kernels).hasAtLeastOneElementOfType(Attention.class);
      long longest =
          kernels.stream()
              .filter(Copy.class::isInstance)
              .mapToLong(k -> k.ports().getLast().elements())
              .max()
              .orElse(0);
      // Halves of queries, of keys less.
      assertThat(longest).isLessThanOrEqualTo(2 * 5 * 6 * 4);
    }
  }

  @Test
  void complaintsSayWhatWouldBeRight() {
    assertThatThrownBy(() -> layer(4, 3, false))
        .hasMessageContaining("multiple")
        .hasMessageContaining("4 and 3");
    try (GroupedQueryAttention good = layer(4, 2, false)) {
      assertThatThrownBy(
              () -> new GroupedQueryAttention(good.qkv(), good.output(), 4, 1, ROPE, null))
          .hasMessageContaining("the features that qkv gives must be 24; got 32");
      assertThatThrownBy(
              () ->
                  new GroupedQueryAttention(
                      good.qkv(), good.output(), 4, 2, ROPE, HeadNorms.create(5)))
          .hasMessageContaining("a parameter [4] is needed");
    }
  }

  private static double[][] attention(double[][] x, int time, GroupedQueryAttention layer) {
    int size = 4;
    double[][] all = linear(x, layer.qkv());
    double[][] mixed = new double[x.length][layer.heads() * size];
    int group = layer.heads() / layer.keyHeads();
    for (int head = 0; head < layer.heads(); head++) {
      int key = layer.heads() + head / group;
      int value = key + layer.keyHeads();
      for (int t = 0; t < x.length; t++) {
        int first = t / time * time;
        double[] query = turned(all[t], head, t - first, layer, true);
        double total = 0;
        for (int s = first; s <= t; s++) {
          double[] other = turned(all[s], key, s - first, layer, false);
          double score = 0;
          for (int i = 0; i < size; i++) {
            score += query[i] * other[i];
          }
          double weight = Math.exp(score / Math.sqrt(size));
          total += weight;
          for (int i = 0; i < size; i++) {
            mixed[t][head * size + i] += weight * all[s][value * size + i];
          }
        }
        for (int i = 0; i < size; i++) {
          mixed[t][head * size + i] /= total;
        }
      }
    }
    return linear(mixed, layer.output());
  }

  private static double[] turned(
      double[] row, int head, int position, GroupedQueryAttention layer, boolean query) {
    double[] x = Arrays.copyOfRange(row, 4 * head, 4 * head + 4);
    HeadNorms norms = layer.headNorms();
    if (norms != null) {
      double[] weight = Doubles.row((query ? norms.queries() : norms.keys()).weight());
      double scale = Math.sqrt(Doubles.mean(Doubles.map(x, v -> v * v)) + 1e-5);
      for (int i = 0; i < 4; i++) {
        x[i] *= weight[i] / scale;
      }
    }
    double[] y = new double[4];
    for (int i = 0; i < 2; i++) {
      double angle = position / Math.pow(10_000, i / 2.0);
      y[i] = x[i] * Math.cos(angle) - x[i + 2] * Math.sin(angle);
      y[i + 2] = x[i + 2] * Math.cos(angle) + x[i] * Math.sin(angle);
    }
    return y;
  }
}
