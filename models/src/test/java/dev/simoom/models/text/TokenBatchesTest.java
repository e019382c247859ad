package dev.simoom.models.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.models.run.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenBatchesTest {
  private static final List<byte[]> DOCUMENTS = documents();
  private static final BytePairEncoding ENCODING = BytePairEncoding.train(DOCUMENTS, 300, 1);
  private static final TokenStream STREAM = TokenStream.encode(ENCODING, DOCUMENTS, 1);

  @Test
  void putsASeparatorBeforeEachDocument() {
    IntList expected = new IntList(100);
    for (byte[] document : DOCUMENTS) {
      expected.add(BytePairEncoding.END_OF_TEXT_ID);
      Arrays.stream(ENCODING.encode(document)).forEach(expected::add);
    }
    assertThat(STREAM.tokens(0, STREAM.size())).isEqualTo(expected.toArray());
    long bytes = DOCUMENTS.stream().mapToLong(document -> document.length).sum();
    assertThat(STREAM.bytes(0, STREAM.size())).isEqualTo(bytes);
  }

  @Test
  void encodesTheSameOnAnyNumberOfThreads() {
    for (int threads : new int[] {2, 3, 64}) {
      TokenStream other = TokenStream.encode(ENCODING, DOCUMENTS, threads);
      assertThat(other.tokens(0, other.size())).isEqualTo(STREAM.tokens(0, STREAM.size()));
    }
  }

  @Test
  void trainingBatchIsAFunctionOfSeedAndIndex() {
    TokenBatches batches = new TokenBatches(STREAM, 4, 8, 42);
    int[] fifth = batches.training(5);
    batches.training(0);
    assertThat(batches.training(5)).isEqualTo(fifth).hasSize(4 * 9);
    assertThat(new TokenBatches(STREAM, 4, 8, 42).training(5)).isEqualTo(fifth);
    assertThat(new TokenBatches(STREAM, 4, 8, 43).training(5)).isNotEqualTo(fifth);
    assertThat(batches.training(6)).isNotEqualTo(fifth);
  }

  @Test
  void trainingWindowsLieInTheStreamAndReachBothEnds() {
    byte[] text = {0, 1, 2, 3, 4};
    BytePairEncoding bytesOnly = BytePairEncoding.train(List.of(), 257, 1);
    TokenStream stream = TokenStream.encode(bytesOnly, List.of(text), 1);
    TokenBatches batches = new TokenBatches(stream, 1, 3, 9);
    Set<List<Integer>> met = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      met.add(Arrays.stream(batches.training(i)).boxed().toList());
    }
    assertThat(met)
        .containsExactlyInAnyOrder(List.of(256, 0, 1, 2), List.of(0, 1, 2, 3), List.of(1, 2, 3, 4));
  }

  @Test
  void evaluationPredictsEachTargetOnce() {
    TokenBatches batches = new TokenBatches(STREAM, 4, 7, 0);
    IntList targets = new IntList(100);
    long bytes = 0;
    for (int i = 0; i < batches.evaluationBatches(); i++) {
      TokenBatches.Evaluation evaluation = batches.evaluation(i);
      assertThat(evaluation.windows()).hasSize(4 * 8);
      for (int row = 0; row < evaluation.rows(); row++) {
        for (int column = 1; column <= 7; column++) {
          targets.add(evaluation.windows()[row * 8 + column]);
        }
      }
      bytes += evaluation.bytes();
    }
    assertThat(targets.size()).isEqualTo(batches.evaluationWindows() * 7);
    assertThat(STREAM.size() - 1 - targets.size()).isBetween(0, 6);
    assertThat(targets.toArray()).isEqualTo(STREAM.tokens(1, targets.size()));
    assertThat(bytes).isEqualTo(STREAM.bytes(1, 1 + targets.size()));
  }

  @Test
  void repeatsTheLastWindowInAPartialBatch() {
    TokenBatches batches = new TokenBatches(STREAM, 1_000_000, 16, 0);
    assertThat(batches.evaluationBatches()).isEqualTo(1);
    TokenBatches.Evaluation only = batches.evaluation(0);
    assertThat(only.rows()).isEqualTo(batches.evaluationWindows());
    int[] last = Arrays.copyOfRange(only.windows(), (only.rows() - 1) * 17, only.rows() * 17);
    assertThat(Arrays.copyOfRange(only.windows(), only.rows() * 17, (only.rows() + 1) * 17))
        .isEqualTo(last);
  }

  @Test
  void refusesAStreamShorterThanAWindow() {
    assertThatThrownBy(() -> new TokenBatches(STREAM, 2, STREAM.size(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the stream has " + STREAM.size() + " tokens")
        .hasMessageContaining("needs " + (STREAM.size() + 1));
    assertThatThrownBy(() -> new TokenBatches(STREAM, 0, 4, 0)).hasMessageContaining("batch is 0");
    TokenBatches batches = new TokenBatches(STREAM, 2, 4, 0);
    assertThatThrownBy(() -> batches.training(0, new int[9]))
        .hasMessageContaining("shape [2, 5] needs 10");
    assertThatThrownBy(() -> batches.training(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void permutationHoldsEachNumberOnce() {
    int[] order = CounterRandom.permutation(1_000, 5);
    assertThat(order).isNotEqualTo(CounterRandom.permutation(1_000, 6));
    Arrays.sort(order);
    for (int i = 0; i < order.length; i++) {
      assertThat(order[i]).isEqualTo(i);
    }
  }

  private static List<byte[]> documents() {
    List<byte[]> documents = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      documents.add(BytePairEncodingTest.bytes(BytePairEncodingTest.sample(50 + 7 * i, i)));
    }
    return documents;
  }
}
